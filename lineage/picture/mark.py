def brand_mark() -> str:
    return ''
