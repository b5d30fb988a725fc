{#- The key of a row as one text, never null. `expressions` maps column names to SQL; a missing source
    system is the default one, as everywhere. -#}
{% macro record_key(key, expressions) -%}
    {%- set parts = [] -%}
    {%- for name in key -%}
        {%- set missing = var('covey_default_source_system') if name == 'source_system' else '' -%}
        {%- set text = expressions.get(name, 'null') -%}
        {%- do parts.append(
            "coalesce(cast(" ~ text ~ " as " ~ dbt.type_string() ~ "), '" ~ missing ~ "')"
        ) -%}
    {%- endfor -%}
    {{ parts | join(" || chr(31) || ") or "''" }}
{%- endmacro %}
