"""The table of figures in the README, made of ``bench/results``.

    python bench/figures.py [--write]

Prints the table, or writes it between the README's ``figures`` marks. A row whose measurement
missed its target says so.
"""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
MARKS = re.compile(r"(<!-- figures -->\n).*?(<!-- /figures -->)", re.DOTALL)


def result(name: str) -> dict[str, Any]:
    """The kept result of ``bench/NAME.py``."""
    return dict(json.loads((ROOT / "bench" / "results" / f"{name}.json").read_text("utf-8")))


def finding() -> list[tuple[str, str, str]]:
    systems = result("finding")["systems"]
    ours = systems["dateline"]
    rows = []
    for k in (1, 5):
        peers = "; ".join(
            f"{name} {peer[f'recall@{k}']:.3f} (p {peer[f'p@{k}']:.4f})"
            for name, peer in systems.items()
            if name.startswith(("BM25", "dateline, not"))
        )
        rows.append((f"finding: answer in the first {k}", f"{ours[f'recall@{k}']:.3f}", peers))
    return rows


def answering() -> tuple[str, str, str]:
    measured = result("answering")["all"]
    return (
        "answering: answer in at most three sentences",
        f"{measured['right']:.3f}",
        f"in the first quote {measured['right_in_first_statement']:.3f}, in the short answer "
        f"{measured['right_in_short']:.3f}; {measured['abstained']:.1%} refused; "
        f"{measured['said_to_differ']:.1%} said to differ",
    )


def reading() -> list[tuple[str, str, str]]:
    measured = result("reading")
    return [
        (
            "reading: labelled news, an article alone, answered rightly",
            f"{measured['right']:.1%}",
            f"{measured['answerable']} questions; target 66 %; in the short answer "
            f"{measured['right_in_short']:.1%}; span F1 {measured['span_f1_where_answered']:.2f}",
        ),
        (
            "reading: unanswerable questions refused",
            f"{measured['refused']:.1%}",
            f"{measured['unanswerable']} questions; target 78 %",
        ),
    ]


def agreement() -> tuple[str, str, str]:
    halves = result("agreement")
    told, developed = halves["last"], halves["first"]
    found = developed["conflicts_found"]
    return (
        "agreement: relation of reports told rightly",
        f"{told['relation_right']['share']:.1%}",
        f"{told['groups']} groups set aside, with the labelled answers; "
        f"{developed['relation_right']['share']:.1%} of the {developed['groups']} developed on, "
        f"{found['share']:.1%} of their {found['of']} conflicts found",
    )


def refusing() -> tuple[str, str, str]:
    measured = result("refusing")["own_passage"]
    point = measured["operating_point"]
    return (
        "refusing: balanced accuracy",
        f"{point['balanced_accuracy']:.3f}",
        f"{point['answered_of_answerable']:.1%} of the answerable answered, "
        f"{point['refused_of_unanswerable']:.1%} of the others refused; "
        f"area under the curve {measured['area_under_curve']:.3f}",
    )


def searching() -> list[tuple[str, str, str]]:
    measured = result("search_speed")
    rows = []
    for passages, figures in measured["passages"].items():
        slowest = max(figures, key=lambda name: figures[name]["p95_ms"])
        rows.append(
            (
                f"search, {int(passages):,} passages, p95",
                f"{figures['no filter']['p95_ms']:.0f} ms",
                f"{slowest}: {figures[slowest]['p95_ms']:.0f} ms; target 30 ms",
            )
        )
    return rows


def ingesting() -> list[tuple[str, str, str]]:
    measured, kills = result("ingest_speed"), result("crash_ingest")
    rates = measured["articles_per_s"]
    return [
        (
            "ingest, articles a second",
            f"{rates['dateline']:.2f}",
            f"{measured['ours_over_langchain']:.1f} × the LangChain default; last tenth "
            f"{measured['ours_last_tenth_over_first']:.2f} × the first; peak memory of both "
            f"{measured['peak_memory_of_both_mb']:,} MB",
        ),
        (
            "ingest killed, next run equal",
            f"{kills['killed_while_running']} of {kills['killed_while_running']}",
            f"{kills['articles']} articles, `kill -9` at random moments",
        ),
    ]


def embedding() -> tuple[str, str, str]:
    measured = result("embedding")
    return (
        "embedding, beside Chroma's default function",
        f"{measured['speed']['ratio']:.1f} ×",
        f"{measured['ceiling']['share_of_ceiling']:.0%} of what the cores can do; cosine to fp32 "
        f"{measured['speed']['cosine_to_fp32']['mean']:.4f}",
    )


def origins() -> tuple[str, str, str]:
    measured = result("origins")
    apart = measured["independent"]
    pairs = sum(v["pairs"] for k, v in apart.items() if k != "sample_copies")
    wrong = sum(v["grouped"] for k, v in apart.items() if k != "sample_copies")
    return (
        "origins: edited copies grouped right",
        f"{measured['grouped_right']['all']:.1%}",
        f"{measured['copies']['all']:,} copies, up to a third edited; "
        f"{wrong} of {pairs:,} independent pairs grouped",
    )


def batches() -> list[tuple[str, str, str]]:
    speed, kills = result("batch_speed"), result("crash_batch")
    first, last = speed["by_number"][0], speed["by_number"][-1]
    return [
        (
            "batch without a model, questions a second",
            f"{speed['newsqa_dev']['questions_a_second']:.0f}",
            f"{speed['jobs']} processes; target 40; memory of the command "
            f"{first['peak_mb_command']} MB at {first['questions']:,} questions, "
            f"{last['peak_mb_command']} MB at {last['questions']:,}",
        ),
        (
            "batch killed, resumed output equal",
            f"{kills['equal']} of {kills['kills']}",
            f"{kills['questions']} questions, {kills['jobs']} jobs; "
            f"{kills['asked_needlessly']} asked twice but those in flight",
        ),
    ]


def support() -> list[tuple[str, str, str]]:
    measured = result("support")
    labelled, contrast, claims = (measured[k] for k in ("labelled", "contrast", "support_dev"))
    drafts = measured["drafts"]
    proved, out, words = (labelled[key] for key in ("proved", "taken_out", "words"))
    vetoes, old = labelled["vetoes"], labelled["old_rules"]
    return [
        (
            "proof: supported statements told from wrong ones, area under the curve",
            f"{labelled['auc']:.3f}",
            f"{labelled['statements']:,} labelled statements on articles kept aside; balanced "
            f"accuracy {labelled['balanced_accuracy']:.3f}; the rules that it replaces "
            f"{old['auc']:.3f} and {old['balanced_accuracy']:.3f} (a coin 0.5)",
        ),
        (
            "proof: supported among what is called proved",
            f"{proved['supported_of_these']:.1%}",
            f"half of the statements are wrong; that is {proved['share_of_supported']:.1%} of the "
            f"supported; target 90 % and 25 %",
        ),
        (
            "proof: wrong statements taken out",
            f"{out['share_of_wrong']:.1%}",
            f"with {out['share_of_supported']:.1%} of the supported; target 40 % and 5 %; the "
            f"vetoes alone {vetoes['share_of_wrong']:.1%} and {vetoes['share_of_supported']:.2%}",
        ),
        (
            "proof: unsupported words found, F1",
            f"{words['f1']:.3f}",
            f"precision {words['precision']:.3f}, recall {words['recall']:.3f}, by characters",
        ),
        (
            "proof: contrast pairs of which both are judged rightly",
            f"{contrast['both_right']:.1%}",
            f"{contrast['pairs']} pairs by others, 16 phenomena; target 70 %; the right one above "
            f"the wrong one {contrast['right_above_wrong']:.1%}; the old rules "
            f"{contrast['old_rules']['both_right']:.1%}",
        ),
        (
            "`dateline check` on drafts of corrections, hedges, namesakes: wrong ones caught",
            f"{drafts['wrong_not_called_supported']:.1%}",
            f"{drafts['drafts']} drafts on invented stories, half of them right; of the right "
            f"{drafts['right_called_supported']:.1%} called supported",
        ),
        (
            "`dateline check` on whole summaries with subtle edits",
            f"{claims['balanced_accuracy']['all']:.3f}",
            f"balanced accuracy over {claims['claims']:,} claims; target 0.70; a coin gives 0.5",
        ),
    ]


def models() -> list[tuple[str, str, str]]:
    around, samples = result("around_model"), result("unproved-samples")
    look = result("second_look-aside")
    streaming, at_once = around["streaming"], around["at_once"]
    news = result("unproved-newsqa")
    asked = samples["counts"]["questions"] + news["counts"]["questions"]
    return [
        (
            "everything around a model call, p95",
            f"{streaming['around_ms']['p95']:.0f} ms",
            f"median {streaming['around_ms']['p50']:.0f} ms, with a model that writes "
            f"{streaming['words_per_second']} words a second; target 200 ms; "
            f"{at_once['around_ms']['p95']:.0f} ms with one that answers at once, so that nothing "
            "is proved while it writes",
        ),
        (
            "second look by a model that is never wrong: supported kept",
            f"{look['supported_kept']['share']:.1%}",
            f"others taken out {look['others_taken_out']['share']:.1%}; target 97 % of both; what "
            "is lost is the vetoes'",
        ),
        (
            "SmolLM2-135M: figures or names shown that no quote holds",
            f"{samples['violations'] + news['violations']}",
            f"{asked} questions; by a plain comparison of words, each hit listed to be read",
        ),
    ]


def gate() -> list[tuple[str, str, str]]:
    scenarios = result("gate_power")["scenarios"]
    rows = []
    for name, text in (
        ("harmless", "gate: harmless changes blocked"),
        ("broken", "gate: a break of 5 % of the cases caught"),
        ("softened", "gate: 20 % of the cases softened to 0.7, caught"),
    ):
        blocked = scenarios[name]["blocked"]
        peers = "; ".join(
            f"{peer.removeprefix('peer: ')} {share['share']:.1%}"
            for peer, share in blocked.items()
            if peer.startswith("peer: ")
        )
        rows.append((text, f"{blocked['gate']['share']:.1%}", peers))
    return rows


def page() -> tuple[str, str, str]:
    measured = result("ui_speed")
    return (
        "web page: first sentence on screen",
        f"{measured['first_sentence_s']:.2f} s",
        f"page ready in {measured['page_ready_s']:.1f} s; twenty people at once: p95 "
        f"{measured['twenty_p95_s']:.2f} s, {measured['twenty_errors']} errors",
    )


def table() -> str:
    """The rows as a Markdown table, with a line break at the end."""
    rows = [
        *finding(), answering(), *reading(), refusing(), agreement(),
         *searching(), *ingesting(), embedding(), origins(),
        *batches(), *support(), *models(), *gate(), page(),
    ]  # fmt: skip
    lines = ["| what | Dateline | beside it |", "|---|---:|---|"]
    lines += [f"| {what} | {ours} | {beside} |" for what, ours, beside in rows]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--write", action="store_true", help="put the table into the README")
    if not parser.parse_args().write:
        print(table(), end="")
        return
    text = README.read_text("utf-8")
    README.write_text(MARKS.sub(lambda found: found[1] + table() + found[2], text), "utf-8")


if __name__ == "__main__":
    main()
