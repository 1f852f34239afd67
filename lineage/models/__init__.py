"""One file per noun. Rows mirror the lineage file (`lineage/engine/document.py`); `lineage/records.py` converts."""

from lineage.models.derivations import Derivation
from lineage.models.exceptions import Exemption, Prohibition
from lineage.models.grants import Grant
from lineage.models.licences import Licence, Term
from lineage.models.log import LogEntry
from lineage.models.versions import Version

__all__ = ["Derivation", "Exemption", "Grant", "Licence", "LogEntry", "Prohibition", "Term", "Version"]
