"""What stands on /metrics."""

import sys

import pytest

from bot.messages import Outcome
from bot.metrics import Metrics


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


def series(metrics: Metrics) -> dict[str, float]:
    """Value by name and labels, as `certdesk_replies_total{channel="web",outcome="answered"}`."""
    lines = metrics.text()[0].decode().splitlines()
    pairs = (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    return {name: float(value) for name, value in pairs}


def ours(metrics: Metrics) -> dict[str, float]:
    """Without the process's and the buckets of histograms."""
    return {
        name: value
        for name, value in series(metrics).items()
        if name.startswith("certdesk_") and "_bucket" not in name
    }


def test_a_reply_is_counted_by_channel_and_outcome_and_timed(metrics: Metrics) -> None:
    metrics.replied("web", Outcome.ANSWERED, 0.04)
    metrics.replied("web", Outcome.ANSWERED, 29.0)
    metrics.replied("wechat", Outcome.DECLINED, 0.2)
    assert ours(metrics) == {
        'certdesk_replies_total{channel="web",outcome="answered"}': 2,
        'certdesk_replies_total{channel="wechat",outcome="declined"}': 1,
        'certdesk_reply_seconds_count{channel="web"}': 2,
        'certdesk_reply_seconds_sum{channel="web"}': 29.04,
        'certdesk_reply_seconds_count{channel="wechat"}': 1,
        'certdesk_reply_seconds_sum{channel="wechat"}': 0.2,
    }
    assert series(metrics)['certdesk_reply_seconds_bucket{channel="web",le="0.05"}'] == 1
    assert series(metrics)['certdesk_reply_seconds_bucket{channel="web",le="30.0"}'] == 2


def test_a_call_of_a_model_is_counted_by_its_result_with_its_tokens(metrics: Metrics) -> None:
    metrics.model_called("qwen", "ok", 2.0, 0.5, 900, 80)
    metrics.model_called("qwen", "ok", 1.0, 0.25, 100, 20)
    assert ours(metrics) == {
        'certdesk_model_calls_total{model="qwen",result="ok"}': 2,
        'certdesk_model_seconds_count{model="qwen"}': 2,
        'certdesk_model_seconds_sum{model="qwen"}': 3,
        'certdesk_model_first_token_seconds_count{model="qwen"}': 2,
        'certdesk_model_first_token_seconds_sum{model="qwen"}': 0.75,
        'certdesk_model_tokens_total{kind="prompt",model="qwen"}': 1000,
        'certdesk_model_tokens_total{kind="completion",model="qwen"}': 100,
    }


def test_what_an_endpoint_does_not_tell_is_not_counted(metrics: Metrics) -> None:
    metrics.model_called("qwen", "timeout", 8.0, None, None, None)
    assert ours(metrics) == {
        'certdesk_model_calls_total{model="qwen",result="timeout"}': 1,
        'certdesk_model_seconds_count{model="qwen"}': 1,
        'certdesk_model_seconds_sum{model="qwen"}': 8,
    }


def test_a_call_that_said_its_first_word_at_once_is_timed(metrics: Metrics) -> None:
    metrics.model_called("stub", "ok", 0.0, 0.0, 0, 0)
    assert ours(metrics)['certdesk_model_first_token_seconds_count{model="stub"}'] == 1
    assert ours(metrics)['certdesk_model_tokens_total{kind="prompt",model="stub"}'] == 0


def test_fallbacks_and_sentences_are_counted_by_reason(metrics: Metrics) -> None:
    metrics.fell_back("timeout")
    metrics.sentence("sent")
    metrics.sentence("dropped", "ungrounded_figure")
    assert ours(metrics) == {
        'certdesk_fallbacks_total{reason="timeout"}': 1,
        'certdesk_sentences_total{reason="",result="sent"}': 1,
        'certdesk_sentences_total{reason="ungrounded_figure",result="dropped"}': 1,
    }


def test_the_breaker_of_a_model_is_1_while_it_is_open(metrics: Metrics) -> None:
    for open in (False, True, False, True):
        metrics.breaker("qwen", open)
        assert ours(metrics) == {'certdesk_model_breaker_open{model="qwen"}': open}


@pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc")
def test_memory_and_processor_time_of_the_process_are_told(metrics: Metrics) -> None:
    assert series(metrics)["process_resident_memory_bytes"] > 1_000_000
    assert series(metrics)["process_cpu_seconds_total"] > 0


def test_several_in_one_process_are_apart(metrics: Metrics) -> None:
    Metrics().fell_back("timeout")
    assert ours(metrics) == {}


def test_a_server_can_read_it(metrics: Metrics) -> None:
    metrics.breaker('a "model"\n', True)
    body, kind = metrics.text()
    assert kind == "text/plain; version=0.0.4; charset=utf-8"
    assert r'certdesk_model_breaker_open{model="a \"model\"\n"} 1.0' in body.decode().splitlines()
    assert body.endswith(b"\n")
