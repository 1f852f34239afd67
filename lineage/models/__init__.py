"""One file per noun. Rows mirror the lineage file (`lineage/engine/document.py`); `lineage/records.py` converts."""

from lineage.models.derivations import Derivation
from lineage.models.evidence import Evidence, Fetch
from lineage.models.exceptions import Exemption, Prohibition
from lineage.models.figures import Figures, Standing, Weighing
from lineage.models.grants import Grant
from lineage.models.licences import Licence, Term
from lineage.models.log import LogEntry
from lineage.models.proposals import Dispute, Proposal
from lineage.models.versions import Version

__all__ = [
    "Derivation",
    "Dispute",
    "Evidence",
    "Exemption",
    "Fetch",
    "Figures",
    "Grant",
    "Licence",
    "LogEntry",
    "Prohibition",
    "Proposal",
    "Standing",
    "Term",
    "Version",
    "Weighing",
]
