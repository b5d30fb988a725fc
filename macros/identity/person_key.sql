{#- The key that stands for a person's identifier outside the personal schema. On DuckDB covey's plugin
    hashes it with the secret of the environment, where the profile loads the plugin. Elsewhere it is
    a plain hash, which whoever knows the identifier can make too: dispatch a function of your own
    warehouse in its place. -#}
{% macro person_key(expression) %}
    {{ return(adapter.dispatch('person_key', 'covey')(expression)) }}
{% endmacro %}

{% macro default__person_key(expression) -%}
    {{ dbt.hash(expression) }}
{%- endmacro %}

{% macro duckdb__person_key(expression) -%}
    {%- if covey.has_key_function() -%}
        {#- DuckDB 1.5 frees the text of a function in Python before coalesce() has copied it. #}
        (covey_key({{ expression }}) || '')
    {%- else -%}
        {{ dbt.hash(expression) }}
    {%- endif -%}
{%- endmacro %}
