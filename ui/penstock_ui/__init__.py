"""The builder's screens: a thin view, in Streamlit, over `penstock_builder`."""
