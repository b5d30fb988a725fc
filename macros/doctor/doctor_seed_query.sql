{#- A query for the rows of a seed: its first column and source_inputs. None where it is not loaded. -#}
{% macro doctor_seed_query(seed) %}
    {{ return(adapter.dispatch('doctor_seed_query', 'covey')(seed)) }}
{% endmacro %}

{% macro default__doctor_seed_query(seed) %}
    {%- if not covey.find_relation([seed.database, seed.schema, seed.alias]) -%}
        {{ return(none) }}
    {%- endif -%}
    {{ return('select ' ~ (seed.columns.keys() | first) ~ ' as thing, source_inputs from '
        ~ seed.relation_name) }}
{% endmacro %}

{% macro duckdb__doctor_seed_query(seed) %}
    {{ return(
        'select ' ~ (seed.columns.keys() | first) ~ " as thing, source_inputs from read_csv('"
        ~ seed.root_path ~ '/' ~ seed.original_file_path ~ "', header=true, all_varchar=true)"
    ) }}
{% endmacro %}
