{#- How lifetime value is made: the defaults, with what covey_clv replaces. -#}
{% macro clv_settings() %}
    {%- set settings = dict(covey.declared_vars().covey_clv) -%}
    {%- set given = covey.setting('covey_clv') or {} -%}
    {%- for name in given if name not in settings -%}
        {{ exceptions.raise_compiler_error(
            'covey_clv has no entry ' ~ name ~ '. Did you mean "'
            ~ covey.closest_name(name, settings.keys() | list) ~ '"?'
        ) }}
    {%- endfor -%}
    {%- do settings.update(given) -%}
    {{ return(settings) }}
{% endmacro %}
