{#- A var that covey does not know is an error: a misspelt relation would be an absent input. -#}
{% macro check_vars() %}
    {#- The projects whose vars a model of covey sees: covey, and the project that installs it. -#}
    {%- set projects = var.packages_for_node() | list -%}
    {%- set known = projects[0].vars.to_dict().covey.keys() | list -%}
    {%- for input in covey.input_names() -%}
        {%- do known.extend(['covey_' ~ input ~ '_relation', 'covey_' ~ input ~ '_columns']) -%}
    {%- endfor -%}
    {%- set given = projects[-1].vars.to_dict() -%}
    {%- set names = (given.keys() | list) + (given.get('covey', {}).keys() | list)
        + (invocation_args_dict.get('vars', {}).keys() | list) -%}
    {%- for name in names if name.startswith('covey_') and name not in known -%}
        {{ exceptions.raise_compiler_error(
            'covey has no var ' ~ name ~ '. Did you mean "' ~ covey.closest_name(name, known) ~ '"?'
        ) }}
    {%- endfor -%}
{% endmacro %}
