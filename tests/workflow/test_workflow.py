"""The workflow as a user meets it: run, ask by name, change something, run again."""

import json
import re
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pytest

from semantrace.io.files import sha256_of

pytestmark = pytest.mark.slow


def test_every_figure_and_table_is_there_with_its_data(finished):
    figures = sorted(finished.results.glob("figures/*.png"))
    assert len(figures) == 18
    for network in ("squeezenet", "untrained"):
        assert finished.results / f"figures/network_diagram_{network}.png" in figures
    for figure in figures:
        assert figure.stat().st_size > 10_000
        assert figure.with_suffix(".pdf").read_bytes().startswith(b"%PDF")
        assert len(pd.read_csv(figure.with_suffix(".tsv"), sep="\t"))
    assert {path.stem for path in finished.results.glob("tables/*.tsv")} == {
        "alignment",
        "best_layers",
        "best_layers_by_measure",
        "cluster_labels",
        "cluster_names",
        "concept_regression",
        "layer_comparisons",
        "word_model_quality",
    }


def test_images_of_a_class_share_a_shard_and_groups_hold_each_concept_once(finished):
    images = pd.read_csv(finished.results / "images.tsv", sep="\t", dtype=str)
    assert images["image"].is_unique
    assert (images.groupby("concept")["shard"].nunique() == 1).all()
    grouped = images.dropna(subset="group")
    assert grouped.groupby("group")["concept"].apply(lambda names: names.is_unique).all()
    assert len(grouped) == images["concept"].nunique() == 20
    assert len(images) > len(grouped)


def test_correlations_equal_numpy_on_the_stored_activations(finished):
    images = pd.read_csv(finished.results / "images.tsv", sep="\t", dtype=str)
    scored = images.dropna(subset="group")
    vectors = {}
    for shard in ("0", "1"):
        folder = finished.results / "activations" / "squeezenet" / shard
        with h5py.File(folder / "fire9.h5") as file:
            for image, row in zip(file["images"].asstr()[:], file["activations"][:], strict=True):
                vectors[image] = row.astype(np.float64)
    expected = np.corrcoef([vectors[image] for image in scored["image"]])
    with h5py.File(finished.results / "correlations/squeezenet/0.h5") as file:
        np.testing.assert_allclose(file["layers/fire9"][:], expected, atol=1e-6)
        assert file["concepts"].asstr()[:].tolist() == scored["concept"].tolist()


def test_meaning_is_found_in_a_trained_network(finished):
    layers = pd.read_csv(finished.results / "two_vs_two/glove/layers.tsv", sep="\t")
    layers = layers.set_index(["network", "layer"])
    accuracy = layers["accuracy"]
    assert accuracy["squeezenet", "global_average"] > accuracy["untrained", "global_average"]
    assert accuracy["squeezenet", "global_average"] > 0.8
    assert layers["p_family_wise"]["squeezenet", "global_average"] < 0.05
    assert accuracy["squeezenet", "pixels"] == accuracy["untrained", "pixels"]


def report_of(project, *targets):
    """The values that the report's page keeps, by name, and what else is in its archive."""
    result = project.snakemake(*targets, "--report", "report.zip")
    assert result.returncode == 0, result.stderr
    with zipfile.ZipFile(project.folder / "report.zip") as archive:
        page = archive.read("report/report.html").decode()
        names = archive.namelist()
    kept = re.findall(r'<script id="[-\w]+">\s*var (workflow_desc|results) = (.*);\n', page)
    return {name: json.loads(value) for name, value in kept}, names


def test_the_report_opens_on_the_studys_numbers_and_captions_quote_them(project):
    report, names = report_of(project)
    best = project.table("tables/best_layers.tsv").set_index("network")
    highest = best.loc[best["accuracy"].idxmax()]
    quoted = f"{highest['layer']} {highest['accuracy']:.3f} (95 % interval "
    assert quoted in report["workflow_desc"]
    assert "</script" not in report["workflow_desc"]
    figures = "results/small/figures"
    assert quoted in report["results"][f"{figures}/two_vs_two_by_layer.png"]["caption"]
    for path, result in report["results"].items():
        assert result["caption"], path
        assert "system-message" not in result["caption"], path
        assert ("In this run." in result["caption"]) == (
            project.results / "captions" / f"{path.split('/')[-1][:-4]}.html"
        ).is_file(), path
    pages = {Path(name).name for name in names} - {"report.html"}
    assert {"summary.html", "best_layers.html", "alignment.html", "software.html"} < pages
    linked = set(re.findall(r'data-result="([^"]+)"', report["workflow_desc"]))
    assert linked == set(report["results"])


def test_one_figure_has_a_report_of_its_own(project):
    report, _ = report_of(project, "two_vs_two_by_layer")
    assert "The summary of the study was not asked for" in report["workflow_desc"]
    assert list(report["results"]) == ["results/small/figures/two_vs_two_by_layer.png"]


def test_nothing_is_left_to_do(finished):
    assert finished.planned_jobs() == {}


def test_one_figure_is_redrawn_by_path_and_by_name(project):
    figure = project.results / "figures/cluster_quality.pdf"
    before = sha256_of(figure)
    for target in ("results/small/figures/cluster_quality.pdf", "cluster_quality"):
        figure.unlink()
        plan = project.planned_jobs(target)
        plan.pop("cluster_quality", None)
        plan.pop("total", None)
        assert plan == {"plot_cluster_quality": 1}
        assert project.snakemake(target).returncode == 0
        assert sha256_of(figure) == before


def test_a_new_title_redraws_and_computes_nothing(project):
    project.edit("studies/small.yaml", "GloVe 6B, 50 dimensions", "GloVe")
    project.edit("studies/small.yaml", "title: untrained", "title: Untrained")
    plan = project.planned_jobs()
    assert "plot_two_vs_two_by_layer" in plan
    drawn = ("plot_", "tabulate_", "show_tables", "summarise_study", "build_explorer", "all")
    assert all(name.startswith(drawn) for name in plan), plan


def test_a_touched_script_and_comments_there_and_in_the_library_re_run_nothing(project):
    script = project.folder / "workflow/scripts/extract_activations.py"
    script.write_text(script.read_text() + "\n# a comment\n")
    library = "workflow/scripts/semantrace/alignment/two_vs_two.py"
    project.edit(library, "import numba", "# a new comment\nimport numba")
    project.edit(library, "Run the 2 vs. 2 test on every", "Do the 2 vs. 2 test for every")
    assert project.planned_jobs() == {}


def test_a_formula_re_runs_scores_and_figures_but_no_extraction(project):
    project.edit(
        "workflow/scripts/semantrace/alignment/two_vs_two_kernels.py", "TIE = 1e-12", "TIE = 1e-11"
    )
    plan = project.planned_jobs()
    assert plan["score_two_vs_two"] == 2  # one a network
    assert plan["join_two_vs_two"] == 1
    assert plan["plot_two_vs_two_by_layer"] == 1
    for untouched in ("extract_activations", "correlate_images", "cluster_classes"):
        assert untouched not in plan
