{#- True where the evidence of a match holds a comparison at a level. -#}
{% macro has_evidence(evidence, comparison, level) -%}
    {{ dbt.position(
            "'\"comparison\":\"" ~ comparison ~ "\",\"level\":\"" ~ level ~ "\"'", evidence
        ) }} > 0
{%- endmacro %}
