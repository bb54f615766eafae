"""The panel's style sheet: JupyterLab's own colours, so that it is at home in the light and in the dark theme."""

from __future__ import annotations

from k8slearn.view.theme import ACTOR_COLOURS

_RULES = """
.k8s-lab { max-width: 1480px; outline: none; color: var(--jp-ui-font-color1, #222); padding: 2px;
  container-type: inline-size; }
.k8s-lab .widget-html-content, .k8s-lab .jupyter-widget-html-content { line-height: 1.5; }
.k8s-lab .widget-box, .k8s-lab .jupyter-widgets { overflow: visible; }
.k8s-body { display: grid !important; gap: 8px; max-width: 906px; grid-template-columns: minmax(0, 1fr); }
.k8s-body > *, .k8s-reading > *, .k8s-column > * { margin: 0 !important; min-width: 0; box-sizing: border-box; }
.k8s-head { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 14px; }
.k8s-head b { font-size: 18px; font-weight: 500; }
.k8s-head .k8s-strategy-now { color: var(--jp-ui-font-color2, #666); flex: 1 1 200px; }
.k8s-counter { display: inline-flex; gap: 10px; align-items: baseline; padding: 2px 12px; border-radius: 14px;
  border: 1px solid var(--jp-border-color2, #ddd); color: var(--jp-ui-font-color2, #666); margin-left: 4px; }
.k8s-counter i { font-style: normal; font-size: 16px; color: var(--jp-ui-font-color1, #222); }
.k8s-counter.k8s-bad i { color: var(--jp-error-color1, #d33); }
.k8s-told { display: flex; gap: 12px; font-size: 14px; height: 3em; align-items: flex-end; }
.k8s-told > span { flex: 1; max-height: 3em; overflow-y: auto; }
.k8s-told time { color: var(--jp-ui-font-color2, #666); white-space: nowrap; }
.k8s-picture img, img.k8s-picture { width: 100%; max-width: 900px; height: auto;
  margin: 2px 0; border-radius: 8px; }
[data-jp-theme-light="false"] :is(.k8s-follows-theme, .k8s-line u) {
  filter: invert(0.92) hue-rotate(180deg) brightness(1.2); }
.k8s-sides { flex-wrap: wrap !important; gap: 12px; align-items: flex-start; }
.k8s-side { flex: 1 1 600px; min-width: 0; max-width: 906px; }
.k8s-side { overflow: auto hidden !important; }
.k8s-side > .k8s-card { margin: 4px 0 0 !important; }
.k8s-above { min-height: 32px; align-items: center; }
.k8s-picture { cursor: pointer; border-radius: 8px; box-sizing: border-box; }
.k8s-lab:focus-visible .k8s-picture { outline: 2px solid var(--jp-brand-color1, #1976d2); outline-offset: -2px; }
.k8s-in-past .k8s-side:not(.k8s-beside) .k8s-picture { outline: 2px dashed #E69F00; outline-offset: -2px; }
.k8s-timeline-box { max-width: 906px; margin-top: 4px; overflow: hidden !important; }
.k8s-timeline img, img.k8s-timeline { width: 100%; max-width: 900px; height: auto; cursor: ew-resize; margin: 0; }
.k8s-time { margin: 0 !important; max-width: 900px; }
.k8s-said { flex-wrap: wrap !important; align-items: center; gap: 2px 10px; min-height: 42px; max-width: 906px; }
.k8s-where { flex: none; }
.k8s-where-text { padding: 2px 10px; border-radius: 5px; background: #E69F00; color: #14181f; }
.k8s-message-page { flex: 1 1 300px; min-width: 0; }
.k8s-message { border-left: 4px solid var(--jp-error-color1, #d33); padding: 2px 10px; line-height: 1.4;
  max-height: 2.8em; overflow-y: auto; overflow-wrap: anywhere; background: var(--jp-layout-color2, #f3f3f3); }
.k8s-message.k8s-hint { border-color: var(--jp-info-color1, #0288d1); }
.k8s-hands { display: none; }
.k8s-row { flex-wrap: wrap !important; gap: 4px; align-items: center; }
.k8s-cards, .k8s-reading { flex-wrap: wrap !important; gap: 8px; align-items: stretch; }
.k8s-column { flex: 1 1 380px; min-width: 0; gap: 8px; margin: 0; }
.k8s-column > .k8s-card:last-child { flex: 1 0 auto; }
.k8s-card { padding: 6px 10px; border-radius: 8px; overflow: hidden !important;
  border: 1px solid var(--jp-border-color2, #ddd); background: var(--jp-layout-color1, #fff); }
.k8s-card-title { font-size: 14px; color: var(--jp-ui-font-color1, #222); padding-right: 6px; }
.k8s-why, .k8s-reading .k8s-events { flex: 1 1 380px; height: 270px; }
.k8s-why { overflow: hidden auto !important; overscroll-behavior: contain; }
.k8s-reading .k8s-kubectl { flex: 1 1 100%; height: 92px; order: -1; }
.k8s-reading .widget-html-content, .k8s-reading .jupyter-widget-html-content { width: 100%; }
.k8s-events > div, .k8s-kubectl > div { display: flex; flex-direction: column; height: 100%; }
.k8s-lines, .k8s-kubectl-lines { flex: 1; min-height: 0; overflow-y: auto; overscroll-behavior: contain; }
.k8s-lines { font-size: 12px; line-height: 1.45; }
.k8s-records-lines { height: 260px; overflow: auto; overscroll-behavior: contain; white-space: pre; font-size: 12px;
  line-height: 1.45; font-family: var(--jp-code-font-family, monospace); margin-top: 4px; }
.k8s-records-lines .k8s-changed { background: rgba(0, 158, 115, 0.18); }
.k8s-records-lines .k8s-gone { background: rgba(213, 94, 0, 0.16); text-decoration: line-through; }
.k8s-lab button.jupyter-button { width: auto; min-width: 56px; padding: 0 10px; border-radius: 5px; overflow: visible; }
.k8s-lab button:is(.k8s-label, .k8s-taint, .k8s-play) { min-width: 84px; }
.k8s-lab button:is(.k8s-first, .k8s-now) { min-width: 40px; }
.k8s-lab button.k8s-cordon { min-width: 80px; }
.k8s-lab button.k8s-not-ready { min-width: 92px; }
.k8s-lab button.jupyter-button:focus-visible { outline: 2px solid var(--jp-brand-color1, #1976d2); }
.k8s-lab .k8s-image-set { background: #E69F00; color: #14181f; }
.k8s-lab .k8s-strategy .jupyter-button.mod-active { background: #0072B2; color: #fff; }
.k8s-lab .k8s-traffic-image { max-width: 420px; }
.k8s-lab select, .k8s-lab .widget-dropdown, .k8s-lab .jupyter-widget-dropdown { min-width: 0; }
.k8s-line { display: flex; gap: 8px; align-items: baseline; }
.k8s-line time { color: var(--jp-ui-font-color2, #666); min-width: 4em; text-align: right; white-space: nowrap; }
.k8s-line b { font-weight: 500; white-space: nowrap; }
.k8s-line span { flex: 1; overflow-wrap: anywhere; }
.k8s-line u { text-decoration: none; width: 9px; height: 9px; border-radius: 5px; flex: none; }
.k8s-line.k8s-warning span { color: var(--jp-error-color1, #d33); }
.k8s-line.k8s-minor span, .k8s-line.k8s-minor b { color: var(--jp-ui-font-color2, #666); }
.k8s-kubectl-lines code { display: block; white-space: pre-wrap; overflow-wrap: anywhere; user-select: all;
  background: none; color: var(--jp-ui-font-color1, #222); padding: 1px 0; }
.k8s-kubectl-lines code:not(:first-child) { color: var(--jp-ui-font-color2, #666); }
.k8s-quiet-text { color: var(--jp-ui-font-color2, #666); }
.jp-OutputArea-child:has(.k8s-lab) + .jp-OutputArea-child:has(> .jp-OutputArea-output > img) { display: none; }
@container (min-width: 1240px) {
  .k8s-body { max-width: none; grid-template-columns: 906px minmax(0, 1fr); }
  .k8s-body > * { grid-column: 1 / -1; }
  .k8s-body > .k8s-main { grid-column: 1; }
  .k8s-body > .k8s-reading { grid-column: 2; grid-row: 1; flex-direction: column; flex-wrap: nowrap !important;
    height: 0; min-height: max(100%, 500px); }
  .k8s-reading > .k8s-why, .k8s-reading > .k8s-events { flex: 1 1 0; height: auto; min-height: 0; width: auto; }
  .k8s-reading > .k8s-kubectl { flex: 0 0 92px; order: 0; width: auto; }
}
.k8s-lab:fullscreen { max-width: none; overflow: auto; padding: 10px 16px; box-sizing: border-box;
  background: var(--jp-layout-color0, #fff); }
.k8s-lab:fullscreen :is(.k8s-body, .k8s-side, .k8s-picture, .k8s-timeline-box, .k8s-timeline, .k8s-time, .k8s-said) {
  max-width: none; }
@container (min-width: 1240px) {
  .k8s-lab:fullscreen:not(.k8s-two) .k8s-body { grid-template-columns: minmax(0, 1.8fr) minmax(0, 1fr); }
}
.k8s-lab.k8s-two { max-width: 1830px; }
@container (min-width: 1240px) {
  .k8s-two .k8s-body > .k8s-main { grid-column: 1 / -1; }
  .k8s-two .k8s-body > .k8s-reading { grid-row: 2; grid-column: 1 / -1; flex-direction: row; height: 270px;
    min-height: 0; }
  .k8s-two .k8s-reading > .k8s-kubectl { flex: 1 1 0; height: auto; }
}
"""


def style_sheet(*more: str) -> str:
    """The style element of a panel, with the rules of its cards."""
    dots = "\n".join(
        f".k8s-line u.k8s-by-{chip} {{ background: {colour}; }}"
        for chip, colour in ACTOR_COLOURS.items()
    )
    return f"<style>{_RULES}{dots}{''.join(more)}</style>"
