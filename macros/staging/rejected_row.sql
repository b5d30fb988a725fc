{#- The original row as JSON where it was quarantined, else null: kept rows need no copy. -#}
{% macro rejected_row() -%}
    case when quarantine_reason is not null then {{ covey.to_json('source_row') }} end
{%- endmacro %}
