"""Words for what a repair plan does with each model, and for why there is no plan."""

from django.utils.translation import gettext_lazy as _

HANDLINGS = {
    "kept": _("stays as it is"),
    "replaced": _("something clean takes its place"),
    "redone": _("is made again"),
}

NO_REPAIR = {
    "circle": _(
        "Some models of this family are each said to be made from the others. "
        "Once it is settled which came first, there can be a plan."
    ),
    "undisclosed": _(
        "What it was made from is not fully known, so nobody can say what to make it again from. "
        "Once its parents are named, there can be a plan."
    ),
    "stuck": _(
        "It stands on an earlier version of the same maker whose parents are not fully known, "
        "so that version can neither stay nor be made again. Once its parents are named, there can be a plan."
    ),
}


def handling_word(how: str) -> str:
    """What happens to an input: kept, replaced or redone."""
    return str(HANDLINGS[how])


def no_repair_word(why: str) -> str:
    """Why there is no plan, and what would help."""
    return str(NO_REPAIR[why])
