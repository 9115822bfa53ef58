"""What `make bench` says of its numbers, and what the demo's jobs left of theirs."""

import os
import sys
from functools import partial

import numpy as np
import pandas as pd
import pytest

from semantrace.core.errors import InputError


@pytest.fixture(scope="module", autouse=True)
def _benchmarks(repository):
    """Let modules of benchmarks/ be imported as Python imports them when they are run."""
    sys.path.insert(0, str(repository / "benchmarks"))
    yield
    sys.path.remove(str(repository / "benchmarks"))


def row(**known):
    missing = float("nan")
    empty = {"seconds": missing, "ratio": missing, "memory_mb": missing, "target": ""}
    return empty | known


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({"target": "≤ 2.5 × its products", "ratio": 2.4}, "met"),
        ({"target": "≤ 2.5 × its products", "ratio": 2.6}, "missed"),
        ({"target": "≥ 5,000 × as long", "ratio": 5000.0}, "met"),
        ({"target": "≥ 5,000 × as long", "ratio": 4999.0}, "missed"),
        ({"target": "≤ 5 minutes", "seconds": 299.0}, "met"),
        ({"target": "≤ 5 minutes", "seconds": 301.0}, "missed"),
        ({"target": "≤ 10 s", "seconds": 10.5}, "missed"),
        ({"target": "≤ 1 GB whatever q", "memory_mb": 999.0}, "met"),
        ({"target": "≤ 2.5 GB, ≤ 1.25 ×", "memory_mb": 900.0, "ratio": 1.3}, "missed"),
        ({"target": "≤ 10 s"}, ""),
        ({"target": "flat in the number of images", "ratio": 1.0}, ""),
        ({}, ""),
    ],
)
def test_whether_a_target_was_met(known, expected):
    from bench import verdict

    assert verdict(row(**known)) == expected


def test_numbers_are_readable():
    from bench import duration, ratio, size

    assert duration(0.4211, 0.4149, 0.4463) == "0.42 s (0.41–0.45)"
    assert duration(167.8, 167.8, 167.8) == "168 s"
    assert duration(0.00213, 0.002, 0.0025) == "2.13 ms (2.00–2.50)"
    assert duration(float("nan"), float("nan"), float("nan")) == ""
    assert ratio(5312.0, "Semantrace") == "5,300 × Semantrace"
    assert ratio(12345.0, "") == "12,000 ×"
    assert ratio(166.4, "ours") == "166 × ours"
    assert size(999.4) == "999 MB"
    assert size(1279.0) == "1.28 GB"


def test_results_of_benchmarks_that_were_not_run_stay(tmp_path):
    from bench import TEXTS, read_results, replaced, write_page

    def rows(name, *contenders, **more):
        table = pd.DataFrame([dict.fromkeys(TEXTS, "") for _ in contenders])
        table["module"], table["benchmark"], table["contender"] = name, f"all of {name}", contenders
        table["seconds"] = table["fastest"] = table["slowest"] = 1.5
        table["measured"], table["machine"] = more.get("measured", "2026-01-02"), "a machine"
        return table.assign(ratio=None, memory_mb=None, disk_mb=None)

    rows("workflow", "old", "old too").to_csv(tmp_path / "a.tsv", sep="\t", index=False)
    results = read_results(tmp_path / "a.tsv")
    assert (results["note"] == "").all()
    results = replaced(results, rows("two_vs_two", "a | b", measured="2026-03-04"))
    assert results["contender"].tolist() == ["a | b", "old", "old too"]
    results = replaced(results, rows("workflow", "new"))
    assert results["contender"].tolist() == ["a | b", "new"]
    write_page(results, tmp_path / "page.md")
    page = (tmp_path / "page.md").read_text()
    assert "| contender | time |\n| --- | ---: |\n| a \\| b | 1.50 s |\n" in page
    assert "Measured on 2026-03-04 (" in page
    assert page.index("### all of two_vs_two") < page.index("### all of workflow")


def slept(seconds):
    """What takes exactly so long."""
    from apart import Run

    return lambda: Run(seconds, processor_seconds=2 * seconds)


def declared(*contenders, **more):
    from measuring import Benchmark

    found = Benchmark("a benchmark", "an input", contenders, **more).run()
    return {measured.contender: measured for measured in found}


def test_a_contender_is_compared_with_the_one_it_stands_against():
    from bench import verdict
    from measuring import Contender

    found = declared(
        Contender("ours", slept(3.0), against="floor", target="≤ 1.5 × the floor"),
        Contender("floor", slept(1.0), factor=2.5, note="from two fifths"),
        Contender("peer", slept(6.0), against="ours", given="another input", rounds=1),
        Contender("both", of={"ours": 1, "floor": -1}, against="ours", target="≤ 0.1 × ours"),
        rounds=3,
    )
    assert list(found) == ["ours", "floor", "peer", "both"]
    assert found["ours"].ratio == pytest.approx(1.2)
    assert (found["floor"].ratio, found["floor"].against) == (None, "")
    assert found["floor"].seconds == [2.5, 2.5, 2.5]
    assert (found["peer"].ratio, found["peer"].given, len(found["peer"].seconds)) == (
        2.0,
        "another input",
        1,
    )
    assert found["both"].seconds == [0.5, 0.5, 0.5]
    verdicts = {name: verdict(measured.row()) for name, measured in found.items()}
    assert verdicts == {"ours": "met", "floor": "", "peer": "", "both": "missed"}


def test_contenders_take_turns():
    from measuring import Contender

    order = []
    contenders = [Contender(name, lambda name=name: order.append(name)) for name in "abc"]
    found = declared(*contenders, rounds=2)
    assert "".join(order) == "abc" + "abc" + "bca"
    assert all(len(measured.seconds) == 2 for measured in found.values())


def test_what_cannot_be_measured_is_left_out_and_says_why(tmp_path):
    from apart import apart
    from bench import verdict
    from measuring import Contender, run_module

    peer = partial(apart, run_module, "x", python=tmp_path / "none")
    found = declared(
        Contender("ours", slept(1.0), against="peer", target="≤ 2 × the peer"),
        Contender("peer", peer, against="ours", note="measured"),
    )
    assert (
        found["peer"].note == "not measured: the peers are not installed (make peers installs them)"
    )
    assert (list(found["peer"].seconds), found["peer"].ratio) == ([], None)
    assert (found["ours"].ratio, verdict(found["ours"].row())) == (None, "")


def test_a_process_of_its_own_tells_time_memory_and_what_was_found(tmp_path, repository):
    from apart import apart
    from measuring import Contender
    from script_opening import open_scripts

    script = tmp_path / "script.py"
    script.write_text("print('printed')\nimport zipapp\nthis is not run")
    call = partial(apart, open_scripts, script)
    found = declared(
        Contender("apart", call, note=lambda runs: f"{len(runs)} × {runs[0].found}"),
        Contender("here", slept(0.5), memory=call),
        rounds=2,
    )
    assert found["apart"].note == "2 × []"
    assert all(0 < seconds < 10 for seconds in found["apart"].seconds)
    assert 5 < found["apart"].memory_mb < 60
    assert 5 < found["here"].memory_mb < 60


@pytest.mark.parametrize("wrong", [False, True])
def test_a_peer_is_timed_once_it_agrees(tmp_path, wrong):
    from peers import compared_and_timed

    ours = np.arange(2 * 3 * 3 * 4, dtype=np.float16).reshape(2, 3, 3, 4)
    np.savez(tmp_path / "expected.npz", conv=ours)
    (tmp_path / "layers.json").write_text('["conv"]')
    theirs = ours.transpose(0, 3, 1, 2).reshape(2, -1).astype(np.float32)

    def extract(batches, folder):
        (folder / "features.0").mkdir()
        for number, batch in enumerate(batches, start=1):
            np.save(folder / "features.0" / f"features_0-{number}.npy", batch)

    call = partial(compared_and_timed, extract, [theirs + wrong, theirs], ["features.0"], tmp_path)
    if wrong:
        with pytest.raises(AssertionError, match="Not equal to tolerance"):
            call()
    else:
        assert call().disk_mb == pytest.approx(2 * 416e-6)
    assert not (tmp_path / "peer").exists()


def test_the_results_there_are_can_be_rendered(repository, tmp_path):
    from bench import NAMES, PAGE, TABLE, heading, read_results, write_page

    results = read_results(TABLE)
    write_page(results, tmp_path / "page.md")
    assert (tmp_path / "page.md").read_text() == PAGE.read_text()
    assert all(heading(name) for name in NAMES)


def test_a_benchmark_that_fails_has_no_rows(capfd):
    from bench import measure_apart

    assert measure_apart("nothing") is None
    assert "No module named 'bench_nothing'" in capfd.readouterr().err


def job(folder, name, end, seconds, cores=1.0):
    path = folder / "results/demo/benchmarks" / f"{name}.tsv"
    path.parent.mkdir(parents=True, exist_ok=True)
    table = pd.DataFrame({"s": [seconds], "max_rss": [100.0 * cores], "cpu_time": seconds * cores})
    table.to_csv(path, sep="\t", index=False)
    os.utime(path, (end, end))


def test_the_jobs_of_the_demo(tmp_path):
    from demo_timeline import draw_timeline, lanes, read_jobs

    job(tmp_path, "extract_activations/squeezenet/0", 1010.0, 10.0, cores=1.5)
    job(tmp_path, "plot_measures_by_layer", 1015.0, 6.0)
    job(tmp_path, "score_controls/glove", 1011.0, 0.25, cores=0)
    jobs = read_jobs(tmp_path)
    assert jobs["rule"].tolist() == [
        "extract_activations",
        "plot_measures_by_layer",
        "score_controls",
    ]
    assert jobs["stage"].tolist() == ["Weights, extraction", "Figures, tables", "Scores"]
    assert jobs["start_seconds"].tolist() == [0, 9, 10.75]
    assert jobs["processor_seconds"].iloc[:2].tolist() == [15, 6]
    assert pd.isna(jobs["memory_mb"].iloc[2])
    assert lanes(jobs) == [0, 1, 0]
    (axis,) = draw_timeline(jobs).axes
    assert [round(block.get_width(), 2) for block in axis.patches] == [10, 0.25, 6]


def test_jobs_of_several_runs_are_no_timeline(tmp_path):
    from demo_timeline import read_jobs

    with pytest.raises(InputError, match="no measured jobs; say make demo first"):
        read_jobs(tmp_path)
    job(tmp_path, "extract_activations/squeezenet/0", 1010.0, 10.0)
    job(tmp_path, "plot_measures_by_layer", 1100.0, 6.0)
    with pytest.raises(InputError, match="the jobs are not of one run; remove results/demo"):
        read_jobs(tmp_path)


def test_every_rule_has_a_stage(repository):
    from demo_timeline import STAGES, stages_of_rules

    scripts = {path.stem for path in (repository / "workflow/scripts").glob("*.py")}
    stages = stages_of_rules()
    assert stages.keys() == scripts
    assert set(stages.values()) == set(STAGES)
    assert stages["plot_inversions"] == "Figures, tables"
    files = {path.stem for path in (repository / "workflow/rules").glob("*.smk")}
    assert {file for parts in STAGES.values() for file in parts} <= files
