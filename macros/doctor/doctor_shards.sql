{#- All tables of a day-by-day export as one relation, or the one table where an engine has no wildcard. -#}
{% macro doctor_shards(table) %}
    {{ return(adapter.dispatch('doctor_shards', 'covey')(table)) }}
{% endmacro %}

{% macro default__doctor_shards(table) %}
    {{ return(none) }}
{% endmacro %}

{% macro bigquery__doctor_shards(table) %}
    {%- set parts = covey.relation_parts(table.text) -%}
    {{ return('`' ~ parts[0] ~ '.' ~ parts[1] ~ '.events_*`') }}
{% endmacro %}
