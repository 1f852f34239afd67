"""A licence to choose from those on record."""

from django import forms

from lineage.models import Licence
from lineage.words import told_name


class LicenceField(forms.ModelChoiceField[Licence]):
    """Its licences are named as on every other page: in the reader's language where the name is ours."""

    def label_from_instance(self, obj: Licence) -> str:
        return told_name(obj)
