{#- The entries of a var that is a mapping, over its default in dbt_project.yml; a mapping among them is
    merged likewise. -#}
{% macro settings_merged(name, given, defaults=none) %}
    {%- set merged = {} -%}
    {%- do merged.update(covey.declared_vars()[name] if defaults is none else defaults) -%}
    {%- for entry, value in given.items() -%}
        {%- if value is mapping -%}
            {%- set value = covey.settings_merged(name, value, merged[entry]) -%}
        {%- endif -%}
        {%- do merged.update({entry: value}) -%}
    {%- endfor -%}
    {{ return(merged) }}
{% endmacro %}
