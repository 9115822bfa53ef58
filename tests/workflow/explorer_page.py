"""The explorer in a real browser, and what is told of it."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SIZE = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}


@contextmanager
def open_browser() -> Iterator:
    """Open Debian's Chromium, or another one on the path; a test without one is skipped."""
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="playwright is not installed: the explorer needs a browser"
    )
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip("no Chromium on the path; on Debian: apt-get install chromium")
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield opened
        opened.close()


class Explorer:
    """A page in the browser, with what it asked of a network and what it complained of."""

    def __init__(self, browser, path: Path, size=SIZE):
        self.address = path.resolve().as_uri()
        self.asked, self.complaints = [], []
        self.context = browser.new_context(viewport=size)
        self.context.route(re.compile("^(?!file:|data:|blob:)"), self._refuse)
        self.context.set_default_timeout(10_000)
        self.page = self.context.new_page()
        self.page.on("console", lambda said: self.complaints.append(f"{said.type}: {said.text}"))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))

    def _refuse(self, route):
        self.asked.append(route.request.url)
        route.abort()

    def open(self, state=""):
        self.page.goto("about:blank")
        self.page.goto(f"{self.address}#{state}" if state else self.address)
        self.page.wait_for_selector("html[data-drawn]")
        return self.page

    def settle(self):
        """Wait until the page shows what its address says."""
        for _ in range(500):
            if self.page.evaluate("document.documentElement.dataset.shows === location.hash"):
                return
            self.page.wait_for_timeout(20)
        raise AssertionError(f"not drawn: {self.hash()}")

    def text(self, selector):
        self.settle()
        return self.page.inner_text(selector)

    def hash(self):
        """What the address keeps; the browser's driver hears of it late."""
        return self.page.evaluate("location.hash")

    def show(self, view):
        self.page.click(f"#views a:has-text('{view}')")
        self.settle()

    def texts(self, selector):
        self.settle()
        return self.page.locator(selector).all_inner_texts()

    def rows(self, table):
        """The cells of a table's body, row by row."""
        self.settle()
        return [
            row.locator("th, td").all_inner_texts()
            for row in self.page.locator(f"{table} tbody tr").all()
        ]

    def check_silence(self):
        """Nothing was complained of, and nothing asked but the page itself and what is in it."""
        complaints, self.complaints[:] = list(self.complaints), []
        assert not complaints, complaints
        strangers = [url for url in self.asked if not re.match("file:|data:|blob:|about:", url)]
        assert strangers == []
        assert {url.split("#")[0] for url in self.asked if url.startswith("file:")} == {
            self.address
        }


def number(text):
    return float(text.replace("−", "-"))


def same(text, value, places=3):
    """Whether a text is a number of the table, to the digits shown; a dash stands for none."""
    if pd.isna(value):
        return text == "–"
    return abs(number(text) - value) <= 0.5 * 10**-places * (1 + 1e-6)
