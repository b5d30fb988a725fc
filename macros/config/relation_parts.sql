{#- [database, schema, identifier] of a written relation, what is not written from the target. -#}
{% macro relation_parts(relation) %}
    {%- set parts = [] -%}
    {%- for part in modules.re.findall('"[^"]+"|`[^`]+`|[^."`]+', (relation | string).strip()) -%}
        {%- do parts.append(part | replace('"', '') | replace('`', '')) -%}
    {%- endfor -%}
    {%- if parts | length < 2 -%}
        {%- do parts.insert(0, target.schema) -%}
    {%- endif -%}
    {%- if parts | length < 3 -%}
        {%- do parts.insert(0, target.database) -%}
    {%- endif -%}
    {{ return(parts) }}
{% endmacro %}
