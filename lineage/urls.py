"""The addresses of lineage: `machines` without a language, the rest under /en/ and /ja/.

Files come before pages: an id may have slashes in it.
"""

from django.urls import path, register_converter

from lineage import api
from lineage.ids import IdInAddress
from lineage.views import (
    disputes,
    evidence,
    forecast,
    importing,
    licence_compare,
    licence_matrix,
    licences,
    matrix_files,
    proposals,
    repair,
    verdicts_explained,
    version_exports,
    version_files,
    version_tabs,
    versions,
    what_if,
    where,
    where_file,
)

register_converter(IdInAddress, "lineage_id")

machines = [
    path("schemas/lineage-1.json", api.schema, name="lineage_schema"),
    path("api/v1/judge", api.judge_file, name="judge"),
    path("api/v1/impact", where_file.where_file, name="where_file"),
    path("api/v1/licences/matrix.json", matrix_files.matrix_file, name="licence_matrix_file"),
    path("api/v1/licences/matrixseqexpl.json", matrix_files.matrix_with_explanations, name="licence_matrix_explained"),
    path("api/v1/what-if", api.what_if_file, name="what_if_file"),
    path("api/v1/versions/<lineage_id:slug>/what-if", what_if.answer, name="what_if_answer"),
]

urlpatterns = [
    path("verdicts/", verdicts_explained.verdicts_explained, name="verdicts_explained"),
    path("import/", importing.import_lineage, name="import_lineage"),
    path("evidence/<slug:sha256>/file", evidence.evidence_file, name="evidence_file"),
    path("evidence/<slug:sha256>/", evidence.evidence, name="evidence"),
    path("proposals/", proposals.proposals, name="proposals"),
    path("proposals/<int:pk>/", proposals.proposal, name="proposal"),
    path("dispute/<slug:what>/<int:pk>/", disputes.dispute, name="dispute"),
    path("disputes/<int:pk>/settle/", disputes.settle, name="settle_dispute"),
    path("m/", versions.versions, name="versions"),
    path("m/<lineage_id:slug>/lineage.json", version_files.version_file, name="version_file"),
    path("m/<lineage_id:slug>/tree.svg", version_files.version_svg, name="version_svg"),
    path("m/<lineage_id:slug>/tree.dot", version_files.version_dot, name="version_dot"),
    path("m/<lineage_id:slug>/bom.cdx.json", version_exports.version_cyclonedx, name="version_cyclonedx"),
    path("m/<lineage_id:slug>/lineage.spdx.json", version_exports.version_spdx, name="version_spdx"),
    path("m/<lineage_id:slug>/card.yaml", version_exports.version_card_block, name="version_card_block"),
    path("m/<lineage_id:slug>/card.md", version_exports.version_card_markdown, name="version_card_markdown"),
    path("m/<lineage_id:slug>/tree.graphml", version_exports.version_graphml, name="version_graphml"),
    path("m/<lineage_id:slug>/lineage.csv", version_exports.version_csv, name="version_csv"),
    path("m/<lineage_id:slug>/what-if/", what_if.what_if, name="what_if"),
    path("m/<lineage_id:slug>/repair/", repair.repair, name="repair"),
    path("m/<lineage_id:slug>/verdicts/", version_tabs.verdicts, name="version_verdicts"),
    path("m/<lineage_id:slug>/licence-texts/", version_tabs.licence_texts, name="version_texts"),
    path("m/<lineage_id:slug>/made-from-it/", version_tabs.made_from_it, name="version_made"),
    path("m/<lineage_id:slug>/history/", version_tabs.history, name="version_history"),
    path("m/<lineage_id:slug>/", version_tabs.family_tree, name="version"),
    path("forecast/", forecast.forecast, name="forecast"),
    path("where/", where.where, name="where_a_coin_frees"),
    path("l/", licences.licences, name="licences"),
    path("l/compare/", licence_compare.compare, name="licence_compare"),
    path("l/matrix/", licence_matrix.licence_matrix, name="licence_matrix"),
    path("l/compatibility/", licence_matrix.licence_pair, name="licence_pair"),
    path("l/<lineage_id:slug>/", licences.licence, name="licence"),
]
