"""What is counted and timed, for Prometheus; its client is used here only."""

from prometheus_client import (
    CONTENT_TYPE_PLAIN_0_0_4,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

_SECONDS = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0)


class Metrics:
    """One process's numbers, apart from any other instance's.

    Every label's value is a word of our own or a model's name from the settings, never a customer's: each new one
    is kept for good.
    """

    def __init__(self) -> None:
        # A series more for each of the others, which nobody reads.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        registry = CollectorRegistry()
        self._registry = registry
        ProcessCollector(registry=registry)  # memory and CPU, where there is /proc

        def counter(name: str, what: str, *labels: str) -> Counter:
            return Counter(f"certdesk_{name}", what, labels, registry=registry)

        def histogram(name: str, what: str, *labels: str) -> Histogram:
            return Histogram(f"certdesk_{name}", what, labels, buckets=_SECONDS, registry=registry)

        self._replies = counter("replies_total", "Replies to customers.", "channel", "outcome")
        self._reply_seconds = histogram("reply_seconds", "From a message to its reply.", "channel")
        self._deliveries = counter("deliveries_total", "Messages brought to customers.", "channel", "way")
        self._calls = counter("model_calls_total", "Calls of a model.", "model", "result")
        self._call_seconds = histogram("model_seconds", "How long a call of a model took.", "model")
        self._first_seconds = histogram("model_first_token_seconds", "Until a model said something.", "model")
        self._tokens = counter("model_tokens_total", "Tokens as models count them.", "model", "kind")
        self._fallbacks = counter("fallbacks_total", "Replies composed where a model should have.", "reason")
        self._sentences = counter("sentences_total", "Checked sentences of models.", "result", "reason")
        self._breakers = Gauge(
            "certdesk_model_breaker_open",
            "1 while a model is left alone after failures.",
            ["model"],
            registry=registry,
        )

    def replied(self, channel: str, outcome: str, seconds: float) -> None:
        self._replies.labels(channel, outcome).inc()
        self._reply_seconds.labels(channel).observe(seconds)

    def delivered(self, channel: str, way: str, messages: int = 1) -> None:
        """`way` is response (in time), placeholder (told that it will come), pushed, kept, unsure or again."""
        self._deliveries.labels(channel, way).inc(messages)

    def model_called(
        self,
        model: str,
        result: str,
        seconds: float,
        first_seconds: float | None,
        prompt_tokens: int | None,
        completion_tokens: int | None,
    ) -> None:
        """`result` is ok or why it failed; None is what the endpoint has not told or not come to."""
        self._calls.labels(model, result).inc()
        self._call_seconds.labels(model).observe(seconds)
        if first_seconds is not None:
            self._first_seconds.labels(model).observe(first_seconds)
        for kind, tokens in (("prompt", prompt_tokens), ("completion", completion_tokens)):
            if tokens is not None:
                self._tokens.labels(model, kind).inc(tokens)

    def fell_back(self, reason: str) -> None:
        self._fallbacks.labels(reason).inc()

    def sentence(self, result: str, reason: str = "") -> None:
        """`result` is sent, repaired or dropped; `reason` is what was wrong with it."""
        self._sentences.labels(result, reason).inc()

    def breaker(self, model: str, open: bool) -> None:
        self._breakers.labels(model).set(open)

    def text(self) -> tuple[bytes, str]:
        """The body of GET /metrics and its content type."""
        return generate_latest(self._registry), CONTENT_TYPE_PLAIN_0_0_4
