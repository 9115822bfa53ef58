"""What the rules of all studies ask a cluster for, and what the profile says of it."""

import re
from pathlib import Path

import pytest
import yaml


def rules(repository: Path) -> dict[str, str]:
    """The text of each rule, also of those that only some studies have."""
    found = {}
    for file in sorted((repository / "workflow/rules").rglob("*.smk")):
        parts = re.split(
            r"^ *(?:rule|use rule base as) (\w+)(?: with)?:\n", file.read_text(), flags=re.M
        )
        found |= dict(zip(parts[1::2], parts[2::2], strict=True))
    base = found.pop("base")
    found = {
        name: text if "script:" in text else f"{base}{text}script: {name}"
        for name, text in found.items()
    }
    assert len(found) > 40
    return found


def profile(repository: Path, name: str) -> dict:
    return yaml.safe_load((repository / "profiles" / name / "config.yaml").read_text())


@pytest.fixture(scope="module")
def rule_texts(repository) -> dict[str, str]:
    return rules(repository)


def test_memory_and_time_grow_with_each_attempt(repository, rule_texts):
    files = (repository / "workflow/rules").rglob("*.smk")
    helpers = "\n".join(path.read_text() for path in files)
    for name, text in rule_texts.items():
        asked = dict(re.findall(r"^ +(mem_mb|runtime)=(.+),$", text, re.M))
        assert asked.keys() == {"mem_mb", "runtime"}, name
        for amount in asked.values():
            own = re.fullmatch(r"\w+", amount) and f"def {amount}(wildcards, attempt):" in helpers
            growing = r"growing\(\d+\)|memory_with\(\d+, \d+, \"\w+\"\)|memory_of_\w+\(.+\)"
            assert own or re.fullmatch(growing, amount), name


def test_rules_that_run_a_network_ask_for_a_gpu_and_no_others_do(repository, rule_texts):
    for name, text in rule_texts.items():
        script = repository / "workflow/scripts" / f"{name}.py"
        asks = re.search(r"^ +gpu=1,$", text, re.M) is not None
        assert asks == ("prepare_devices" in script.read_text()), name


def test_downloads_figures_and_tables_run_beside_snakemake_and_no_network_does(rule_texts):
    for name, text in rule_texts.items():
        is_local = "localrule: True" in text
        assert is_local or not name.startswith(("get_", "plot_", "tabulate_")), name
        if is_local:
            assert re.search(r"threads:\s+1\n", text), name
            assert "gpu=" not in text, name


def test_rules_that_the_default_profile_names_exist(repository, rule_texts):
    default = profile(repository, "default")
    named = default["set-threads"].keys() | default["set-resources"].keys()
    assert named <= rule_texts.keys()


def test_the_profile_of_slurm_has_what_the_default_one_has_but_the_limits_of_a_machine(repository):
    default, slurm = profile(repository, "default"), profile(repository, "slurm")
    for key in ("rerun-incomplete", "rerun-triggers", "show-failed-logs", "printshellcmds"):
        assert slurm[key] == default[key]
    assert default.keys() - slurm.keys() == {
        "cores",
        "resources",
        "set-resources",
        "set-threads",
    }
