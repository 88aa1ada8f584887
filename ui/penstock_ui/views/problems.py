"""Every problem of the manifest, with its place, a hint, and a fix where there is a safe one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import streamlit as st

from penstock.authoring import counted
from penstock_builder.edit import applied
from penstock_builder.lint import all_rules
from penstock_builder.lint.fix import fixed
from penstock_builder.lint.output import as_sarif
from penstock_builder.lint.reading import READING
from penstock_builder.lint.rule import Finding
from penstock_builder.whereabouts import whereabouts
from penstock_ui.rail import go
from penstock_ui.screens import literal, marked
from penstock_ui.session import Session

TITLE = "Problems"
ICON = ":material/rule:"
ORDER = 60

_ICONS: Mapping[str, str] = {
    "error": ":red[:material/error:]",
    "warning": ":orange[:material/warning:]",
    "note": ":gray[:material/info:]",
}
_PAGE = 40


def show(session: Session) -> None:
    """Draw the problems."""
    findings = session.findings
    st.title("Problems", anchor=False)
    if not findings:
        st.success("Nothing was found: the linter has no complaint.", icon=":material/check_circle:")
        return
    shown = _filtered(session, findings)
    _tools(session, findings)
    if not shown:
        st.info("No problem fits the filter.")
    _groups(session, shown[: _shown_so_far(session)])
    if len(shown) > _shown_so_far(session):
        st.button(f"Show {_PAGE} more of {len(shown)}", key="problems-more", on_click=_more, args=(session,))


def _filtered(session: Session, findings: Sequence[Finding]) -> list[Finding]:
    counts: Counter[str] = Counter(finding.diagnostic.severity for finding in findings)
    severities = [severity for severity in _ICONS if counts[severity]]
    left, middle, right = st.columns([2, 2, 2], vertical_alignment="bottom")
    chosen = left.segmented_control(
        "How bad",
        severities,
        selection_mode="multi",
        format_func=lambda each: counted(counts[each], each),
        key="problems-severity",
    )
    rules = sorted({finding.diagnostic.rule for finding in findings})
    rule = middle.selectbox("Rule", ["", *rules], format_func=lambda each: each or "all", key="problems-rule")
    words = right.text_input("Find", key="problems-find", placeholder="a word of the message").casefold()
    return [
        finding
        for finding in findings
        if (not chosen or finding.diagnostic.severity in chosen)
        and rule in ("", finding.diagnostic.rule)
        and words in f"{finding.diagnostic.message} {finding.diagnostic.hint}".casefold()
    ]


def _tools(session: Session, findings: Sequence[Finding]) -> None:
    fixable = sum(bool(finding.fix) for finding in findings)
    with st.container(horizontal=True):
        st.button(
            f"Fix {fixable} safely" if fixable else "Nothing can be fixed without you",
            key="fix-all",
            icon=":material/auto_fix_high:",
            disabled=not fixable,
            on_click=_fix_all,
            args=(session,),
            help="Misspellings and the like; one step to undo.",
        )
        st.download_button(
            "Download as SARIF",
            as_sarif(findings),
            f"{session.name}.sarif",
            "application/sarif+json",
            key="problems-sarif",
            icon=":material/download:",
            on_click="ignore",
        )


def _groups(session: Session, shown: Sequence[Finding]) -> None:
    """The problems by rule, those with errors first."""
    groups: dict[str, list[tuple[int, Finding]]] = {}
    for number, finding in enumerate(shown):
        groups.setdefault(finding.diagnostic.rule, []).append((number, finding))
    order = list(_ICONS)
    ranked = sorted(
        groups.items(), key=lambda item: min(order.index(f.diagnostic.severity) for _, f in item[1])
    )
    for rule, members in ranked:
        known = all_rules().get(rule)
        st.markdown(
            f"**{literal(rule)}** :gray[{literal(known.summary if known else READING.get(rule, ''))}]"
        )
        for number, finding in members:
            _row(session, number, finding)


def _row(session: Session, number: int, finding: Finding) -> None:
    told = finding.diagnostic
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="small"):
        text = f"{_ICONS[told.severity]} {literal(told.message)}"
        st.markdown(f"{text}  \n:gray[{marked(told.hint)}]" if told.hint else text, width="stretch")
        if finding.fix:
            st.button(
                "Fix", key=f"fix-{number}", on_click=_fix, args=(session, finding), help="One step to undo."
            )
        st.button(
            f"Line {told.span.line}", key=f"problem-{number}", type="tertiary", on_click=_go_to, args=(session, finding),
            help="Show the place",
        )  # fmt: skip


def _go_to(session: Session, finding: Finding) -> None:
    """Show the component in its stream; what belongs to no stream, or to none that reads, in the text."""
    span = finding.diagnostic.span
    at = whereabouts(session.opened, span)
    if at.stream and at.component:
        go("stream", stream=at.stream, card=at.component)
    else:
        go("text", line=str(span.line))


def _fix(session: Session, finding: Finding) -> None:
    draft = session.opened
    text, made = applied(draft.text, [finding.fix])
    if made:
        session.change(lambda: draft.replace_text(text, f"fix {finding.diagnostic.rule}"))


def _fix_all(session: Session) -> None:
    draft = session.opened
    text, made = fixed(draft.text, draft.path.name, draft.path.parent)
    if made:
        session.change(lambda: draft.replace_text(text, f"fix {counted(made, 'problem')}"))


def _shown_so_far(session: Session) -> int:
    return int(session.kept.get("problems shown", _PAGE))


def _more(session: Session) -> None:
    session.kept["problems shown"] = _shown_so_far(session) + _PAGE
