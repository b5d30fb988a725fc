{#- How far a source system is trusted by covey_source_priority, the highest most; 0 where the var
    does not name it. -#}
{% macro source_trust(source_system) -%}
    {%- set systems = covey.setting('covey_source_priority') or [] -%}
    {%- if systems -%}
        case {{ source_system }}
            {%- for system in systems %}
            when '{{ system | string | replace("'", "''") }}' then {{ loop.revindex }}
            {%- endfor %}
            else 0
        end
    {%- else -%}
        0
    {%- endif -%}
{%- endmacro %}
