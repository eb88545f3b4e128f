"""Writes what the accessibility statement tells from the results of the browser tests.

    python tools/accessibility.py           runs the tests of the statement and writes the results
    python tools/accessibility.py --all     the same with every page in all seven languages
    python tools/accessibility.py FILE      only reads the results that pytest has written there

Nothing is told that no test has found: a check without a result stands as "not run".
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import convive

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "src/convive/web/observatory/accessibility.json"
CHECKS = {
    "rules": (
        "test_a_page_is_accessible_narrow_and_nobody_else_is_asked",
        "test_two_checkers_find_nothing_in_either_theme",
    ),
    "markup": ("test_the_markup_of_every_page_is_valid",),
    "keyboard": (
        "test_the_first_stop_of_the_keyboard_skips_to_the_content",
        "test_an_area_of_the_map_opens_by_keyboard",
        "test_the_enlarged_map_tells_the_area_in_the_middle_by_keyboard",
        "test_the_numbers_of_the_week_are_there_to_read_by_keyboard_and_touch",
        "test_by_keyboard_from_the_front_to_ones_neighbourhood_and_its_table",
        "test_a_filter_in_place_keeps_the_focus",
        "test_the_other_language_keeps_query_and_place",
    ),
    "focus": ("test_what_has_the_focus_can_be_seen",),
    "motion": ("test_nothing_moves_for_those_who_asked_for_calm",),
    "pictures": ("test_every_picture_is_named_or_stands_beside_its_words",),
    "contrast": (
        "test_edges_of_fields_and_the_ring_of_the_focus_are_seen",
        "test_with_any_colour_of_a_town_what_is_chosen_open_or_done_is_seen",
        "test_the_ring_of_the_focus_is_seen_where_it_lies_on_the_colour_of_the_town",
        "test_marks_of_charts_are_seen",
        "test_areas_of_a_map_have_an_edge_and_a_hatch_that_are_seen",
    ),
    "naming": (
        "test_links_say_where_they_lead",
        "test_headings_and_fields_are_told_apart",
        "test_a_page_of_the_menu_is_called_the_same_everywhere",
        "test_a_button_that_does_the_same_is_called_the_same",
    ),
    "mending": (
        "test_what_is_said_of_a_mistake_says_how_to_mend_it",
        "test_every_limit_of_an_answer_says_what_is_asked_for",
        "test_errors_stand_on_top_with_links_and_the_title_says_so",
        "test_every_link_of_the_summary_leads_to_something_on_the_page",
        "test_next_goes_on_and_back_goes_back_without_checking",
        "test_sending_goes_to_the_first_page_that_is_not_whole",
        "test_where_the_last_answer_ends_the_form_it_says_so_before_sending",
    ),
    "words": ("test_every_word_that_is_not_data_was_translated",),
    "no_scripts": (
        "test_filters_work_without_javascript",
        "test_by_name_it_is_one_press_without_javascript",
        "test_by_the_list_it_is_two_presses_without_javascript",
        "test_by_the_map_it_is_one_press_without_javascript",
    ),
    "growing": (
        "test_a_page_from_right_to_left_is_mirrored_and_nothing_sticks_out",
        "test_words_half_as_long_again_fit_a_phone",
        "test_a_scale_keeps_its_ends_where_the_line_has_them",
        "test_at_400_percent_and_with_wide_spacing_nothing_sticks_out_or_is_cut",
        "test_a_language_40_percent_longer_fits",
        "test_from_right_to_left_pages_are_mirrored_and_nothing_sticks_out",
        "test_from_right_to_left_signs_stay_with_their_number_and_charts_keep_their_axes",
    ),
}
"""Check → the tests that it rests on."""
FILES = (
    "functional/test_browser",
    "functional/test_resident",
    "functional/test_public_pages",
    "web/test_non_text_contrast",
    "web/test_naming",
    "web/test_mending",
    "web/test_fill_pages",
    "web/test_fill_steps",
    "web/test_form_rendering",
)
"""Where the tests stand: ``tests/<name>.py``."""
EVERY_LANGUAGE = "CONVIVE_EVERY_LANGUAGE"
"""Setting of the environment: look at every page in all languages, not only in one in turn."""


def read_results(junit: Path) -> dict[str, Any]:
    """Return day, version and, for each check, how many passed, failed and did not run."""
    root = ET.parse(junit).getroot()
    outcomes: dict[str, list[str]] = {}
    for case in root.iter("testcase"):
        kinds = {child.tag for child in case}
        found = "failed" if kinds & {"failure", "error"} else "passed"
        found = "not_run" if "skipped" in kinds else found
        outcomes.setdefault(case.attrib["name"].partition("[")[0], []).append(found)
    suite = next(root.iter("testsuite"))
    return {
        "checked_on": suite.attrib["timestamp"][:10],
        "version": convive.__version__,
        "checks": [_counted(check, tests, outcomes) for check, tests in CHECKS.items()],
    }


def _counted(check: str, tests: tuple[str, ...], outcomes: dict[str, list[str]]) -> dict[str, Any]:
    found = [one for test in tests for one in outcomes.get(test, ["not_run"])]
    return {"check": check} | {kind: found.count(kind) for kind in ("passed", "failed", "not_run")}


def run_tests(junit: Path, *, is_whole: bool) -> None:
    """Run the tests of the statement; what fails is told by their results."""
    files = [f"tests/{name}.py" for name in FILES]
    command = [sys.executable, "-m", "pytest", "-q", "-n0", f"--junitxml={junit}", *files]
    more = {EVERY_LANGUAGE: "1"} if is_whole else {}
    subprocess.run(command, cwd=ROOT, env=os.environ | more, check=False)


def main() -> None:
    """Write the results of a file, or of tests that are run now."""
    asked = sys.argv[1:]
    if asked and asked != ["--all"]:
        found = read_results(Path(asked[0]))
    else:
        with tempfile.TemporaryDirectory() as folder:
            junit = Path(folder) / "junit.xml"
            run_tests(junit, is_whole=bool(asked))
            found = read_results(junit)
    RESULTS.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
