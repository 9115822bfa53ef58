"""Titles, words and names as users write them: drawn as they stand, in fonts that have them."""

import logging
import re
import warnings
from types import SimpleNamespace

import numpy as np
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from matplotlib import font_manager
from matplotlib.text import Text
from PIL import Image
from test_figures import made_up_scores

from semantrace.figures.alignment.two_vs_two_by_layer import two_vs_two_by_layer
from semantrace.figures.base import fonts, style

LAYERS = ["conv_$1$_a^b", r"relu\_%#&{", "a_layer_whose_name_has_forty_characters_"]
SIGNS = ["costs $5 or $10 a run", r"net $\foo$ (x)", "a_b^c {d} 50 % #1 & co", r"\$ \\ $$"]
UNKNOWN = "\U000f0000\U000f0001"
"""Characters for private use, which no font for text has."""


def outputs(folder):
    return SimpleNamespace(**{kind: folder / f"figure.{kind}" for kind in ("pdf", "png", "tsv")})


def drawn(folder, networks, models):
    """Draw accuracies of networks and word models with these titles, and save them."""
    networks = {f"n{number}": (title, LAYERS) for number, title in enumerate(networks)}
    models = {f"m{number}": title for number, title in enumerate(models)}
    titles = {name: title for name, (title, _) in networks.items()}
    figure, data = two_vs_two_by_layer(made_up_scores(networks, models), titles, models)
    style.save_figure(figure, data, outputs(folder))
    return figure


def pixels(folder):
    return np.asarray(Image.open(folder / "figure.png").convert("L")).astype(int)


@pytest.fixture
def installed_font(tmp_path):
    """Install a font that has the private characters: a full block for each."""
    pen = TTGlyphPen(None)
    corners = [(0, 0), (0, 800), (900, 800), (900, 0)]
    pen.moveTo(corners[0])
    for corner in corners[1:]:
        pen.lineTo(corner)
    pen.closePath()
    block = pen.glyph()
    build = FontBuilder(1000, isTTF=True)
    build.setupGlyphOrder([".notdef", "block"])
    build.setupCharacterMap(dict.fromkeys(map(ord, UNKNOWN), "block"))
    build.setupGlyf({".notdef": TTGlyphPen(None).glyph(), "block": block})
    build.setupHorizontalMetrics({".notdef": (500, 0), "block": (1000, 0)})
    build.setupHorizontalHeader(ascent=800, descent=-200)
    build.setupNameTable({"familyName": "Noto Sans Blocks", "styleName": "Regular"})
    build.setupOS2(usWeightClass=400)
    build.setupPost()
    path = tmp_path / "blocks.ttf"
    build.save(path)
    before = list(font_manager.fontManager.ttflist)
    font_manager.fontManager.addfont(path)
    forget()
    yield path
    font_manager.fontManager.ttflist[:] = before
    forget()


def forget():
    for cached in (fonts._candidates, fonts._family_with, fonts._characters_of):
        cached.cache_clear()


def test_signs_of_mathematics_are_drawn_as_they_stand(tmp_path):
    figure = drawn(tmp_path, SIGNS, SIGNS[:2])
    shown = {text.get_text().replace("\n", " ") for text in figure.findobj(Text)}
    assert {*SIGNS, *LAYERS} <= shown
    assert not any(text.get_parse_math() for text in figure.findobj(Text) if text.get_text())
    # mathematics would be set in an oblique font, and the figure has no other
    assert b"Oblique" not in (tmp_path / "figure.pdf").read_bytes()


def test_plain_text_is_the_same_whatever_fonts_are_installed(tmp_path, request):
    plain = ("SqueezeNet 1.1, naïve façade “Größe” → ÷ Ω π", "Ελληνικά и русский")
    (tmp_path / "before").mkdir()
    drawn(tmp_path / "before", plain, plain)
    request.getfixturevalue("installed_font")
    (tmp_path / "after").mkdir()
    drawn(tmp_path / "after", plain, plain)
    for kind in ("pdf", "png", "tsv"):
        before, after = (tmp_path / name / f"figure.{kind}" for name in ("before", "after"))
        assert before.read_bytes() == after.read_bytes()


def test_what_the_font_lacks_is_drawn_by_one_that_has_it(tmp_path, installed_font, capsys):
    figure = drawn(tmp_path, [UNKNOWN], ["GloVe"])
    (title,) = [text for text in figure.findobj(Text) if text.get_text() == UNKNOWN]
    assert title.get_fontfamily() == ["DejaVu Sans", "Noto Sans Blocks"]
    assert capsys.readouterr().err == ""
    box = title.get_window_extent(figure.canvas.get_renderer())
    shown = pixels(tmp_path)
    scale = style.PNG_RESOLUTION / figure.dpi
    left, right = (round(edge * scale) for edge in (box.x0, box.x1))
    top, bottom = (round(shown.shape[0] - edge * scale) for edge in (box.y1, box.y0))
    inside = shown[top:bottom, left:right]
    assert (inside < 60).mean() > 0.6  # two full blocks, where boxes of missing signs are hollow


def test_what_no_font_has_is_told_in_one_line(tmp_path, capsys, caplog):
    forget()
    with warnings.catch_warnings(), caplog.at_level(logging.WARNING):
        warnings.simplefilter("error")
        drawn(tmp_path, [f"net {UNKNOWN}", "net 2"], [UNKNOWN])
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"warning: figure: no installed font can draw {UNKNOWN} (in ")
    assert "install a font that has them, such as Debian's fonts-noto-core" in line
    assert not [message for message in caplog.messages if "missing" in message]


@pytest.mark.parametrize(
    ("character", "package"),
    [
        ("网", "fonts-noto-cjk"),
        ("ㅎ", "fonts-noto-cjk"),
        ("अ", "fonts-noto-core"),
        ("🦊", "fonts-symbola"),
    ],
)
def test_the_package_that_has_a_script(character, package):
    assert fonts._package_for(character) == package


def test_long_titles_and_names_are_whole_and_apart(tmp_path):
    long = "A title of sixty characters, as long titles of networks have."
    unbroken = "Titlewithoutanyplacewhereitcouldbebrokeninsixtycharacters_____"
    figure = drawn(tmp_path, [long, unbroken, "c", "d"], [long, unbroken])
    renderer = figure.canvas.get_renderer()
    figure.draw(renderer)
    page = figure.bbox
    for text in figure.findobj(Text):
        if text.get_text() and text.get_visible():
            box = text.get_window_extent(renderer)
            assert page.x0 - 1 <= box.x0 <= box.x1 <= page.x1 + 1, text
            assert page.y0 - 1 <= box.y0 <= box.y1 <= page.y1 + 1, text
    for axis in figure.axes:
        assert axis.get_window_extent().height > 0.8 * figure.dpi
    names = [label.get_window_extent() for label in figure.axes[0].get_xticklabels()]
    below = figure.axes[2].title.get_window_extent()
    assert all(name.y0 > below.y1 or name.x0 > below.x1 for name in names)
    titles = [axis.get_title(loc="left") for axis in figure.axes[:2]]
    assert titles[0].replace("\n", " ") == long
    assert re.sub(r"-\n", "", titles[1]) == unbroken


@pytest.mark.parametrize("without", ["all", "best"])
def test_no_interval_is_drawn_where_there_is_none(tmp_path, without):
    networks, models = {"a": ("A", LAYERS)}, {"m": "M"}
    scores = made_up_scores(networks, models)
    chosen = scores.index if without == "all" else scores["accuracy"].idxmax()
    scores.loc[chosen, ["accuracy_low", "accuracy_high"]] = np.nan
    scores.loc[scores["accuracy"].idxmax(), "accuracy"] = 1.0
    scores["concepts"] = 5 if without == "all" else 6
    figure, _ = two_vs_two_by_layer(scores, {"a": "A"}, models)
    (legend,) = figure.legends
    labels = [text.get_text() for text in legend.get_texts()]
    assert ("95 % jackknife interval" in labels) == (without == "best")
    said = "5 concepts: from fewer than 6, p-values say nothing"
    assert legend.get_title().get_text() == (said if without == "all" else "")
    assert np.isfinite(figure.axes[0].get_ylim()).all()
    assert "1.00" in [text.get_text() for text in figure.axes[0].texts]
    style.save_figure(figure, scores, outputs(tmp_path))
