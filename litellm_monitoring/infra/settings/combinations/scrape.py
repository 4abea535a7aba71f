"""Which settings of scraping go together."""

from collections.abc import Iterator

from litellm_monitoring.infra.settings.combinations.mistakes import Mistake, Values, section


def mistakes_in_scraping(values: Values) -> Iterator[Mistake]:
    """What does not go together in the settings of scraping."""
    litellm = section(values, "litellm")
    if "scrape" not in litellm:
        return
    scrape, path = section(litellm, "scrape"), ("litellm", "scrape")
    if "team" in values:
        yield Mistake(
            path, "remove it; LiteLLM is scraped once, for the stack of the team's environment"
        )
        return
    if not scrape.get("targets") and "kubernetes" not in scrape:
        yield Mistake(
            path,
            "set litellm.scrape.targets to LiteLLM's addresses, or litellm.scrape.kubernetes, for "
            "which {} is enough with LiteLLM's Helm chart",
        )
    if "keySecret" in scrape and "kubernetes" not in scrape:
        yield Mistake(
            (*path, "keySecret"),
            "remove it, since only the Prometheus operator reads it; or set "
            "litellm.scrape.kubernetes",
        )
