"""Colours and type of the page, as a Gradio theme: no font is fetched from anywhere."""

from __future__ import annotations

from typing import Any

import gradio as gr

SANS = ["Inter", "ui-sans-serif", "system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"]
MONO = ["ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace"]
# Gradio's variables; those that end in _dark hold at night.
COLOURS = {
    "body_background_fill": "#faf9f6",
    "body_background_fill_dark": "#171614",
    "body_text_color": "#1d1c1a",
    "body_text_color_dark": "#ece9e2",
    "body_text_color_subdued": "#635f57",
    "body_text_color_subdued_dark": "#a8a297",
    "background_fill_primary": "#ffffff",
    "background_fill_primary_dark": "#201f1c",
    "background_fill_secondary": "#f3f1ec",
    "background_fill_secondary_dark": "#262420",
    "border_color_primary": "#e3dfd6",
    "border_color_primary_dark": "#3a3731",
    "block_background_fill": "transparent",
    "block_background_fill_dark": "transparent",
    "block_border_width": "0px",
    "block_shadow": "none",
    "block_label_text_color": "#635f57",
    "block_label_text_color_dark": "#a8a297",
    "block_title_text_color": "#45413b",
    "block_title_text_color_dark": "#cbc6bb",
    "block_title_text_weight": "500",
    "input_background_fill": "#ffffff",
    "input_background_fill_dark": "#262420",
    "input_border_color": "#d6d1c6",
    "input_border_color_dark": "#47433b",
    "input_border_width": "1px",
    "input_placeholder_color": "#716c63",
    "input_placeholder_color_dark": "#a09a8e",
    "input_shadow_focus": "0 0 0 2px #0b5c6b55",
    "input_border_color_focus": "#0b5c6b",
    "input_border_color_focus_dark": "#6cc3d2",
    "color_accent": "#0b5c6b",
    "color_accent_soft": "#e4f0f1",
    "color_accent_soft_dark": "#1d3338",
    "link_text_color": "#0b5c6b",
    "link_text_color_dark": "#7fd0de",
    "button_primary_background_fill": "#0b5c6b",
    "button_primary_background_fill_hover": "#094b57",
    "button_primary_background_fill_dark": "#1b7a8b",
    "button_primary_background_fill_hover_dark": "#17697a",
    "button_primary_text_color": "#ffffff",
    "button_primary_text_color_dark": "#ffffff",
    "button_secondary_background_fill": "#ffffff",
    "button_secondary_background_fill_dark": "#262420",
    "button_secondary_background_fill_hover": "#f3f1ec",
    "button_secondary_background_fill_hover_dark": "#322f2a",
    "button_secondary_border_color": "#d6d1c6",
    "button_secondary_border_color_dark": "#47433b",
    "button_secondary_text_color": "#1d1c1a",
    "button_secondary_text_color_dark": "#ece9e2",
    "button_border_width": "1px",
    "button_large_text_weight": "500",
    "button_medium_text_weight": "500",
    "loader_color": "#0b5c6b",
    "loader_color_dark": "#6cc3d2",
}


def page_theme() -> Any:
    """Warm paper by day, warm ink by night; one accent."""
    return gr.themes.Base(
        font=SANS,
        font_mono=MONO,
        primary_hue=gr.themes.colors.teal,
        neutral_hue=gr.themes.colors.stone,
        radius_size=gr.themes.sizes.radius_md,
        text_size=gr.themes.sizes.text_md,
    ).set(**COLOURS)
