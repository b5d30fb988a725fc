{#- True where the profile loads the plugin that makes keys with a secret. -#}
{% macro has_key_function() %}
    {%- set found = namespace(it=false) -%}
    {%- for plugin in target.get('plugins') or [] -%}
        {%- if (plugin.module if plugin.module is defined else plugin['module']) == 'covey.plugin' -%}
            {%- set found.it = true -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(found.it) }}
{% endmacro %}
