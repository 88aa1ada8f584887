"""Choices that stand in the address, so that the browser's way back leads through them."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st


def choice(name: str, options: Mapping[str, str], key: str, label: str) -> str:
    """Draw a choice, and give what is chosen. `options` are the words of the address, and what is shown for each.

    Where the parameter `name` of the address is none of them, the first is chosen.
    """
    asked = st.query_params.get(name, "")
    chosen = asked if asked in options else next(iter(options))
    if st.session_state.get(key) != chosen:
        st.session_state[key] = chosen
    drawn, before = st.session_state.get(f"{key}:drawn", (chosen, ""))
    before = before if chosen == drawn else drawn
    st.session_state[f"{key}:drawn"] = chosen, before

    def choose() -> None:
        # Called for nobody's click too: for none, or for what is chosen already, where a run was cut short; and for the
        # choice before, where the browser went back once more before it heard what the address had changed to.
        clicked = st.session_state[key]
        is_late = clicked == before and st.query_params.get(name, "") != asked
        if clicked in options and clicked != chosen and not is_late:
            st.query_params[name] = clicked

    st.segmented_control(
        label,
        list(options),
        required=True,
        format_func=options.__getitem__,
        key=key,
        on_change=choose,
        label_visibility="collapsed",
    )
    return chosen
