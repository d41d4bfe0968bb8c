// The page's own behaviour; everything that it shows comes from Python, already escaped.
window.dateline = (() => {
  const PANEL_OPEN = "dl-source-open";
  const root = () => document.querySelector("#dl-body");
  let openPanel = null; // set when the source panel has loaded
  let openedBy = null; // the chip to which the focus returns
  let edit = null;
  let retry = null;
  let remove = null;
  let more = null;

  function sourcePanel(element, open, watch) {
    openPanel = (chip) => {
      openedBy = chip;
      root().classList.add(PANEL_OPEN);
      markChip(chip);
      const key = chip.value;
      if (element.querySelector(".dl-source")?.dataset.key === key) showQuote(element);
      else open({ key });
    };
    watch("value", () => showQuote(element));
  }

  function markChip(chip) {
    document.querySelectorAll(".dl-chosen").forEach((other) => other.classList.remove("dl-chosen"));
    chip?.classList.add("dl-chosen");
  }

  // Scroll the marked words into the middle of the panel, and let the keyboard go on from there.
  function showQuote(element) {
    const panel = element.querySelector(".dl-source");
    if (!panel) return;
    panel.focus({ preventScroll: true });
    const scroll = panel.querySelector(".dl-scroll");
    const mark = panel.querySelector("mark");
    scroll.scrollTop = mark ? mark.offsetTop - scroll.clientHeight / 3 : 0;
  }

  function closePanel() {
    if (!root().classList.contains(PANEL_OPEN)) return;
    root().classList.remove(PANEL_OPEN);
    markChip(null);
    if (openedBy?.isConnected) openedBy.focus();
  }

  function chatActions(onEdit, onRetry) {
    edit = onEdit;
    retry = onRetry;
  }

  function articleActions(onRemove, onMore) {
    remove = onRemove;
    more = onMore;
  }

  // The first click asks, the second one removes.
  function removeArticle(button) {
    const label = button.querySelector(".dl-remove-label");
    if (button.classList.contains("dl-danger")) return remove?.({ article: button.value });
    button.classList.add("dl-danger");
    label.textContent = "Really remove?";
    setTimeout(() => {
      button.classList.remove("dl-danger");
      label.textContent = "Remove";
    }, 4000);
  }

  async function copy(button) {
    const label = button.textContent;
    try {
      await navigator.clipboard.writeText(button.value);
    } catch {
      // Only pages on loopback and https may use the clipboard; a selection always works.
      const area = document.createElement("textarea");
      area.value = button.value;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
      button.focus();
    }
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = label), 1500);
  }

  function focusQuestion() {
    document.querySelector("#dl-ask-box textarea")?.focus();
  }

  // What a button does is in its class, to what in its value: the chat lets no other attribute by.
  const actions = {
    "dl-cite": (button) => openPanel?.(button),
    "dl-near": (button) => openPanel?.(button),
    "dl-copy": copy,
    "dl-edit": (button) => {
      edit?.({ number: Number(button.value) });
      focusQuestion();
    },
    "dl-retry": (button) => retry?.({ number: Number(button.value) }),
    "dl-remove": removeArticle,
    "dl-more-articles": () => more?.({}),
    "dl-close": closePanel,
    "dl-theme": () => setDark(!document.body.classList.contains("dark"), true),
  };

  function onClick(event) {
    const button = event.target.closest?.("button");
    if (!button) return;
    for (const name of button.classList) actions[name]?.(button);
  }

  function setDark(dark, remember) {
    document.body.classList.toggle("dark", dark);
    if (remember) localStorage.setItem("dateline-theme", dark ? "dark" : "light");
  }

  // A hint is moved to where the window has room for it.
  function placeTip(event) {
    const chip = event.target.closest?.(".dl-cite");
    const tip = chip?.querySelector(".dl-tip");
    if (!tip) return;
    const at = chip.getBoundingClientRect();
    const width = Math.min(360, window.innerWidth - 24);
    const left = Math.max(12, Math.min(at.left - 16, window.innerWidth - width - 12));
    tip.style.width = `${width}px`;
    tip.style.left = `${left}px`;
    const below = at.top < 220;
    tip.style.top = below ? `${at.bottom + 6}px` : "auto";
    tip.style.bottom = below ? "auto" : `${window.innerHeight - at.top + 6}px`;
  }

  function start() {
    document.addEventListener("click", onClick);
    document.addEventListener("mouseover", placeTip);
    document.addEventListener("focusin", placeTip);
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape") closePanel();
    });
    const kept = localStorage.getItem("dateline-theme");
    if (kept) setDark(kept === "dark", false);
  }

  return { start, sourcePanel, chatActions, articleActions };
})();
window.dateline.start();
