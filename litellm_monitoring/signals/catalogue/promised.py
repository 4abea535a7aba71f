"""What a stack promises of LiteLLM: its objectives."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Speed:
    """What ``share`` of answers is to take no longer than ``within`` seconds."""

    within: float
    share: float


@dataclass(frozen=True)
class Objective:
    """What share of requests is to succeed over a time, a PromQL duration, and how fast."""

    availability: float = 0.995
    window: str = "30d"
    latency: Speed = Speed(60, 0.95)
    first_token: Speed = Speed(10, 0.95)
