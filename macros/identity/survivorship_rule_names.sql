{#- The rules that a row of the seed survivorship_rules may name, as a list. -#}
{% macro survivorship_rule_names() %}
    {{ return(['most_recent', 'oldest', 'most_frequent', 'source_priority', 'longest']) }}
{% endmacro %}
