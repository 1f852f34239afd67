"""Why nothing was fetched, as a sentence in parts: lineage/words/formats.py says it in the reader's language."""

from lineage.formats.proposals import Value, sentence


class FetchError(Exception):
    """Nothing was fetched. `says` is a sentence for who asked; `template` and `values` are its parts."""

    def __init__(self, template: str, /, **values: Value) -> None:
        self.template = template
        self.values = values
        super().__init__(self.says)

    @property
    def says(self) -> str:
        return sentence(self.template, self.values)


class FetchRefused(FetchError):
    """We do not fetch this, now or later: a rule of ours is against it."""


class FetchFailed(FetchError):
    """The other side did not give it. `again` is whether it may later, if nothing is changed."""

    def __init__(self, template: str, /, *, again: bool = True, **values: Value) -> None:
        super().__init__(template, **values)
        self.again = again
