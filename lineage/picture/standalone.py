from .tree import Tree, Words
def download(tree: Tree, words: Words) -> str:
    return ''
