{#- Vars whose value is of another kind than it must be. The kind of a setting is that of its default,
    so there is no second list to keep. -#}
{% macro var_type_problems() %}
    {%- set declared = covey.declared_vars() -%}
    {%- set problems = [] -%}
    {%- for name, value in covey.given_vars().items() if value is not none -%}
        {%- set given = covey.kind_of_value(value) -%}
        {%- set wanted = namespace(kind=none) -%}
        {%- if name in declared -%}
            {%- set kind = covey.kind_of_value(declared[name]) -%}
            {%- if kind in ('a mapping', 'a list') and given != kind -%}
                {%- set wanted.kind = kind -%}
            {%- elif kind == 'a number' and given != kind
                and not (given == 'a text' and modules.re.match('^-?[0-9.]+$', value)) -%}
                {%- set wanted.kind = kind -%}
            {%- elif kind not in ('a mapping', 'a list') and given in ('a mapping', 'a list') -%}
                {%- set wanted.kind = 'one value' -%}
            {%- endif -%}
        {%- elif name.endswith('_columns') and given != 'a mapping' -%}
            {%- set wanted.kind = 'a mapping of canonical columns to source columns' -%}
        {%- elif name.endswith('_relation') and given != 'a text' -%}
            {%- set wanted.kind = 'a text that names a relation' -%}
        {%- endif -%}
        {%- if wanted.kind -%}
            {%- do problems.append(name ~ ' must be ' ~ wanted.kind ~ ', and is ' ~ given ~ ': '
                ~ value) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(problems) }}
{% endmacro %}
