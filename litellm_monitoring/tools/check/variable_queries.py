"""What a query variable of Grafana's asks of Prometheus
(https://grafana.com/docs/grafana/latest/datasources/prometheus/template-variables/).
"""

import re

LABEL_VALUES = re.compile(r"\s*label_values\((?:(.+),)?\s*([a-zA-Z_$][\w$]*)\s*\)\s*", re.DOTALL)
"""The series, if any are named, and the label."""

QUERY_RESULT = re.compile(r"\s*query_result\((.+)\)\s*", re.DOTALL)
METRICS = re.compile(r"\s*metrics\((.*)\)\s*", re.DOTALL)
LABEL_NAMES = re.compile(r"\s*label_names\(.*\)\s*", re.DOTALL)
