"""How many model calls a batch will make, and what they may cost, said before it starts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.errors import DatelineError

if TYPE_CHECKING:
    from rag.dateline import Dateline
    from rag.filters import Filters
    from rag.models import ChatModel

# `prompts/answer.md` asks for at most so many sentences; what a model writes of each, and says of
# it in a second look, in tokens.
SENTENCES = 3
_SENTENCE_TOKENS = 40
_LOOK_TOKENS = 25
# A failing sentence is looked at, mended, and looked at again.
_MOST_CALLS_A_SENTENCE = 3
_QUOTES_A_LOOK = 2


@dataclass(frozen=True, slots=True)
class Forecast:
    """Of the rows that are still to be asked.

    Attributes:
        looks: second looks a question, if each sentence holds at once.
        most_looks: the same with the mendings, if none does.
        lowest_usd, highest_usd: None when a price is not known; the highest is with every reply
            as long as it may be.
    """

    questions: int
    looks: int
    most_looks: int
    lowest_usd: float | None
    highest_usd: float | None

    @property
    def line(self) -> str:
        """One line for the person who pays."""
        asked = _counted(self.questions, "question")
        calls, most = (self.questions * (1 + looks) for looks in (self.looks, self.most_looks))
        if not self.looks:
            return f"about {_counted(calls, 'model call')} for {asked}{self._cost}"
        return (
            f"about {calls:,} model calls: {asked} × (1 answer + {self.looks} looks), at most "
            f"{most:,} if every sentence is mended{self._cost}"
        )

    @property
    def _cost(self) -> str:
        if self.lowest_usd is None or self.highest_usd is None:
            return "; the price is not known"
        if not self.highest_usd:
            return ""
        return f"; ${self.lowest_usd:.2f} to ${self.highest_usd:.2f}"


def forecast(dateline: Dateline, questions: int, sample: str, filters: Filters) -> Forecast:
    """The calls for so many questions like ``sample``, answered by the model of the settings.

    Raises:
        ConfigurationError: the model cannot be used.
    """
    model, look = dateline.model(), dateline.second_look()
    try:
        answer_tokens, look_tokens = _input_tokens(dateline, sample, filters)
    except DatelineError:  # the row itself will say what is wrong with the question
        answer_tokens, look_tokens = model.input_tokens_limit, model.input_tokens_limit
    answer = _cost(model, answer_tokens, SENTENCES * _SENTENCE_TOKENS)
    if look is None:
        return Forecast(questions, 0, 0, *_times(questions, answer))
    one = _cost(look.model, look_tokens, _LOOK_TOKENS)
    most = SENTENCES * _MOST_CALLS_A_SENTENCE
    costs = None
    if answer is not None and one is not None:
        costs = answer[0] + SENTENCES * one[0], answer[1] + most * one[1]
    return Forecast(questions, SENTENCES, most, *_times(questions, costs))


def _input_tokens(dateline: Dateline, sample: str, filters: Filters) -> tuple[int, int]:
    """Of the prompt that answers ``sample``, and of a look at a sentence of it."""
    from rag.answer.chain import Inquiry, number, retrieve, stand_alone

    model, prompts, look = dateline.model(), dateline.prompts(), dateline.second_look()
    inquiry = Inquiry(sample, filters=filters)
    asked = stand_alone(inquiry, model=model, prompt=prompts["rewrite_question"])
    found = retrieve(asked, index=dateline.index(), k=dateline.settings.passages)
    prompted = number(found, model=model, prompt=prompts["answer"])
    quotes = [s.evidence for s in list(prompted.sentences.values())[:_QUOTES_A_LOOK]]
    if not quotes:
        return 0, 0
    answer_tokens = model.count_tokens(prompted.messages)
    if look is None:
        return answer_tokens, 0
    return answer_tokens, look.model.count_tokens(look.messages(quotes[0].text, quotes))


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _cost(model: ChatModel, input_tokens: int, output_tokens: int) -> tuple[float, float] | None:
    """Of one call: as it should be, and with the longest reply."""
    price = model.price
    if price is None:
        return None
    longest = int(model.parameters["max_output_tokens"])
    least = price.cost_usd(input_tokens, min(output_tokens, longest))
    return least, price.highest_cost_usd(input_tokens, longest)


def _times(
    questions: int, costs: tuple[float, float] | None
) -> tuple[float, float] | tuple[None, None]:
    return (None, None) if costs is None else (questions * costs[0], questions * costs[1])
