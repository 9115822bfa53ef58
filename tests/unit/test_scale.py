"""What the large studies ask for: the simulated run, sizes of files, and the planned jobs."""

import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st


@pytest.fixture(scope="module", autouse=True)
def _benchmarks(repository):
    """Let modules of benchmarks/ be imported as Python imports them when they are run."""
    sys.path.insert(0, str(repository / "benchmarks"))
    yield
    sys.path.remove(str(repository / "benchmarks"))


def job(needs=(), threads=1, gpus=0, memory=0, rule="rule", priority=0.0):
    from scale_graph import Job

    return Job(rule, "", {}, threads, gpus, memory, 0, tuple(needs), priority)


def run(jobs, seconds, cores=2, gpus=1, memory=float("inf"), **options):
    from scale_simulation import Machine, simulate

    return simulate(jobs, seconds, Machine(cores, gpus, memory), **options)


def test_jobs_that_need_each_other_follow_each_other():
    jobs = [job(), job([0]), job([0]), job([1, 2])]
    assert run(jobs, [1, 2, 3, 4]).starts == [0, 1, 1, 4]
    assert run(jobs, [1, 2, 3, 4]).seconds == 8
    assert run(jobs, [1, 2, 3, 4], cores=1).seconds == 10


def test_cores_gpus_and_memory_are_limits():
    assert run([job(threads=2), job()], [3, 1]).seconds == 4
    assert run([job(threads=8), job(threads=8)], [3, 1]).seconds == 4
    assert run([job(gpus=1), job(gpus=1)], [3, 1], cores=8).seconds == 4
    assert run([job(gpus=1), job(gpus=1)], [3, 1], cores=8, gpus=2).seconds == 3
    assert run([job(memory=6), job(memory=6)], [3, 1], cores=8, memory=10).seconds == 4
    with pytest.raises(ValueError, match="asks for more"):
        run([job(gpus=2)], [1])


def test_a_job_that_does_not_fit_does_not_hold_up_others():
    found = run([job(threads=1), job(threads=2), job(threads=1)], [2, 1, 2])
    assert found.starts == [0, 2, 0]


def test_busy_shares():
    found = run([job(threads=2, gpus=1), job()], [3, 1])
    assert found.busy_cores == pytest.approx(7 / 8)
    assert found.busy_gpus == pytest.approx(3 / 4)


def test_priority_goes_before_the_order_drawn():
    from scale_simulation import Machine, in_any_order

    jobs = [job(priority=number) for number in range(4)]
    for found in in_any_order(jobs, [1] * 4, Machine(1, 0), 10):
        assert found.starts == [3, 2, 1, 0]


def test_temporary_outputs_go_once_all_that_need_them_are_done():
    # two networks, one after the other on one core; a third job reads the first one's output later
    jobs = [job(rule="extract"), job([0]), job(rule="extract"), job([2]), job([0])]
    sizes = {"seconds": [1] * 5, "cores": 1, "disk": [10, 1, 20, 1, 1]}
    kept = run(jobs, **sizes)
    assert (kept.peak_disk, kept.final_disk) == (33, 33)
    late = run(jobs, **sizes, temporary={"extract"})
    assert (late.peak_disk, late.final_disk) == (32, 3)  # 10 + 1 + 20 + 1, then 20 is gone
    early = run(jobs, **sizes, temporary={"extract"}, order=[0, 1, 3, 4, 2])
    assert (early.peak_disk, early.final_disk) == (23, 3)


@st.composite
def runs(draw):
    count = draw(st.integers(1, 25))
    jobs = [
        job(
            draw(st.sets(st.integers(0, place - 1), max_size=3)) if place else (),
            threads=draw(st.integers(1, 3)),
            gpus=draw(st.integers(0, 1)),
        )
        for place in range(count)
    ]
    seconds = draw(st.lists(st.integers(1, 20), min_size=count, max_size=count))
    order = draw(st.permutations(range(count)))
    return jobs, seconds, order, draw(st.integers(1, 5)), draw(st.integers(1, 3))


@given(runs())
def test_a_run_takes_no_less_than_it_must_and_no_more_than_one_job_after_the_other(made_up):
    from scale_simulation import critical_path

    jobs, seconds, order, cores, gpus = made_up
    found = run(jobs, seconds, cores, gpus, order=order)
    work = sum(min(one.threads, cores) * time for one, time in zip(jobs, seconds, strict=True))
    assert found.seconds >= critical_path(jobs, seconds)
    assert found.seconds >= work / cores
    assert found.seconds <= sum(seconds)
    assert 0 < found.busy_cores <= 1
    for place, one in enumerate(jobs):
        for needed in one.needs:
            assert found.starts[place] >= found.starts[needed] + seconds[needed]
    for now in found.starts:
        running = [
            one
            for one, start, time in zip(jobs, found.starts, seconds, strict=True)
            if start <= now < start + time
        ]
        assert sum(min(one.threads, cores) for one in running) <= cores
        assert sum(one.gpus for one in running) <= gpus


def made_up_network(folder, images):
    """Extract and stream a small network; return its size and the two folders."""
    import numpy as np
    from PIL import Image
    from scale_costs import NetworkSize

    from semantrace.activations.extraction import Extraction, extract_activations
    from semantrace.embedding.class_vector_streaming import Streaming, stream_class_vectors
    from semantrace.networks.architecture import build
    from semantrace.networks.registry import find_architecture

    network = build(find_architecture({"architecture": "SqueezeNet"}), seed=1)
    layers = ("fire2", "fire9")
    paths = []
    for number in range(images):
        pixels = np.random.default_rng(number).integers(0, 256, (40, 40, 3), np.uint8)
        paths.append(folder / f"{number}.png")
        Image.fromarray(pixels).save(paths[-1])
    ids = [f"n{number:08d}_0000" for number in range(images)]
    labels = {"network": "squeezenet", "weights_sha256": "0" * 64, "code": "0" * 16}
    extraction = Extraction(layers, labels=labels)
    extract_activations(network, ids, paths, folder / "stored", extraction)
    wnids = [f"n{number // 2:08d}" for number in range(images)]
    stream_class_vectors(
        network, wnids, paths, folder / "streamed", Streaming(layers, labels=labels)
    )
    features = {layer: network.features_of(layer) for layer in layers}
    size = NetworkSize(227 * 227 * 3, features, 0.0)
    return size, folder / "stored", folder / "streamed"


def bytes_of(folder):
    return sum(path.stat().st_size for path in folder.glob("*.h5"))


def test_sizes_of_files(tmp_path):
    from scale_costs import activation_bytes, class_vector_bytes

    size, stored, streamed = made_up_network(tmp_path, 6)
    # names of images take whole blocks of 4096 bytes in each file
    assert bytes_of(stored) == pytest.approx(activation_bytes(size, 6), abs=3 * 4096)
    assert bytes_of(streamed) == pytest.approx(class_vector_bytes(size, 3), abs=2 * 4096)


@pytest.mark.parametrize("network", ["squeezenet", "vgg16_edges"])
def test_sizes_of_the_demos_files(repository, network):
    import pandas as pd
    from scale_costs import activation_bytes, class_vector_bytes, network_size

    from semantrace.study.reading import load_study

    results = repository / "results/demo"
    if not (results / "activations" / network / "0").is_dir():
        pytest.skip("the demo has not been run; say make demo")
    settings = load_study("demo", repository / "studies")["networks"][network]
    images = pd.read_csv(results / "images.tsv", sep="\t")
    images = images[images["shard"] == 0]
    size = network_size(settings["architecture"], tuple(settings["layers"]))
    stored = bytes_of(results / "activations" / network / "0")
    assert stored == pytest.approx(activation_bytes(size, len(images)), rel=1e-4)
    streamed = results / "class_vectors" / network / "0"
    layers = {
        layer: size.features[layer] for layer in (path.stem for path in streamed.glob("*.h5"))
    }
    classes = replace(size, features=layers)
    expected = class_vector_bytes(classes, images["wnid"].nunique())
    assert bytes_of(streamed) == pytest.approx(expected, rel=1e-4)


def test_multiply_adds():
    import keras
    from scale_costs import multiply_adds

    picture = keras.Input((10, 12, 3))
    convolution = keras.layers.Conv2D(8, (3, 5), padding="same")
    grouped = keras.layers.Conv2D(8, 3, strides=2, groups=2)
    dense = keras.layers.Dense(7)
    dense(keras.layers.Flatten()(grouped(convolution(picture))))
    assert multiply_adds(convolution) == 10 * 12 * 8 * 3 * 5 * 3
    assert multiply_adds(grouped) == 4 * 5 * 8 * 3 * 3 * 4
    assert multiply_adds(dense) == 4 * 5 * 8 * 7


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.5, "hours", "30 min"),
        (72.0, "hours", "3 days"),
        (0.002, "hours", "7.2 s"),
        (1234.5, "GB", "1.2 TB"),
        (0.25, "", "25%"),
        (1709, "", "1,709"),
    ],
)
def test_numbers_are_readable(value, unit, text):
    from scale_page import readable

    assert readable(value, unit) == text


def test_planned_jobs(tmp_path):
    from scale_graph import planned_jobs, planning_folder

    changed = {"per_concept": 3, "groups": 3, "shards": 4}
    planning_folder(tmp_path, {"emergence-small": changed})
    jobs = planned_jobs("emergence-small", tmp_path)
    extractions = [one for one in jobs if one.rule == "extract_activations"]
    correlations = [one for one in jobs if one.rule == "correlate_images"]
    assert (len(extractions), len(correlations)) == (3 * 4, 3 * 3)
    assert all(one.gpus == 1 for one in extractions)
    assert all(needed < place for place, one in enumerate(jobs) for needed in one.needs)
    for one in correlations:
        read = [jobs[needed] for needed in one.needs if jobs[needed].rule == "extract_activations"]
        assert {other.wildcards["network"] for other in read} == {one.wildcards["network"]}
        assert len(read) == 4
