{#- The rows of a seed as dictionaries, all texts: from its table, or, before it is loaded, from its CSV
    file where the engine can read files. None where neither can be read. -#}
{% macro doctor_seed_rows(seed) %}
    {%- set query = covey.doctor_seed_query(seed) -%}
    {%- if not query -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set rows = [] -%}
    {%- for row in run_query(query).rows -%}
        {%- do rows.append(row.dict()) -%}
    {%- endfor -%}
    {{ return(rows) }}
{% endmacro %}
