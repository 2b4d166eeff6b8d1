"""What `backward()` did, node by node, and the rule of each kind of node."""

from lsqgrad.autograd.record import GraphNode, GraphRecord, format_entries, record_backward
from lsqgrad.autograd.rule_check import check_rule
from lsqgrad.autograd.vjp_rules import Rule, register_rule
