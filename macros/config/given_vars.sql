{#- The covey_ vars that somebody set, in the project that is run or on the command line, by name. -#}
{% macro given_vars() %}
    {#- The projects whose vars covey sees: covey, and the project that installs it. -#}
    {%- set project = (var.packages_for_node() | list)[-1] -%}
    {#- What covey's own project says are defaults: nobody set them. -#}
    {%- set scopes = [project.vars.to_dict() if project_name != 'covey' else {}] -%}
    {%- do scopes.append(scopes[0].get('covey') or {}) -%}
    {%- do scopes.append(invocation_args_dict.get('vars') or {}) -%}
    {%- set given = {} -%}
    {%- for scope in scopes -%}
        {%- for name, value in scope.items() if (name | string).startswith('covey_') -%}
            {%- do given.update({name: value}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(given) }}
{% endmacro %}
