"""What pipelines run: a pull request's preview and the nightly look, as Markdown."""
