"""The addresses of lineage: `machines` without a language, the rest under /en/ and /ja/.

Files come before pages: an id may have slashes in it.
"""

from django.urls import path, register_converter

from lineage import api
from lineage.ids import IdInAddress
from lineage.views import licences, version_files, versions

register_converter(IdInAddress, "lineage_id")

machines = [
    path("schemas/lineage-1.json", api.schema, name="lineage_schema"),
    path("api/v1/judge", api.judge_file, name="judge"),
]

urlpatterns = [
    path("m/", versions.versions, name="versions"),
    path("m/<lineage_id:slug>/lineage.json", version_files.version_file, name="version_file"),
    path("m/<lineage_id:slug>/tree.svg", version_files.version_svg, name="version_svg"),
    path("m/<lineage_id:slug>/tree.dot", version_files.version_dot, name="version_dot"),
    path("m/<lineage_id:slug>/", versions.version, name="version"),
    path("l/", licences.licences, name="licences"),
    path("l/<lineage_id:slug>/", licences.licence, name="licence"),
]
