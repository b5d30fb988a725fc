{#- What is wrong with the entries of a var that is a mapping: names that its default in dbt_project.yml
    does not have, and values of another kind. -#}
{% macro settings_problems(name, given, defaults=none) %}
    {%- set defaults = covey.declared_vars()[name] if defaults is none else defaults -%}
    {%- set problems = [] -%}
    {%- for entry, value in given.items() -%}
        {%- if entry not in defaults -%}
            {%- do problems.append(
                name ~ ' has no entry ' ~ entry ~ '. Did you mean "'
                ~ covey.closest_name(entry | string, defaults.keys() | list) ~ '"?'
            ) -%}
        {%- elif covey.kind_of_value(value) != covey.kind_of_value(defaults[entry]) -%}
            {%- do problems.append(
                name ~ '.' ~ entry ~ ' must be ' ~ covey.kind_of_value(defaults[entry])
                ~ ', and is ' ~ covey.kind_of_value(value) ~ ': ' ~ value
            ) -%}
        {%- elif value is mapping -%}
            {%- do problems.extend(
                covey.settings_problems(name ~ '.' ~ entry, value, defaults[entry])
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(problems) }}
{% endmacro %}
