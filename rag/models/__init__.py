"""Chat models: any OpenAI-compatible server, or a GGUF file on this machine; one way to ask both.

Importing this loads neither openai nor LangChain (a second or two); the first question does.
"""

from rag.models.budget import Budget
from rag.models.cache import ResponseCache
from rag.models.chat import ChatModel
from rag.models.messages import JsonSchema, Message, Reply, ReplyStream, TokenUsage
from rag.models.opening import open_chat_model
from rag.models.options import ModelOptions
from rag.models.prices import Price
from rag.models.rate_limit import RateLimiter
from rag.models.window import Fitted, fit

__all__ = [
    "Budget",
    "ChatModel",
    "Fitted",
    "JsonSchema",
    "Message",
    "ModelOptions",
    "Price",
    "RateLimiter",
    "Reply",
    "ReplyStream",
    "ResponseCache",
    "TokenUsage",
    "fit",
    "open_chat_model",
]
