{#- What the members of a household have in common, as one text, by covey_household_by; null where the
    option is off or a part is missing. -#}
{% macro household_text() -%}
    {%- set parts = covey.setting('covey_household_by') or [] -%}
    {%- set known = covey.customer_attributes() -%}
    {%- for part in parts if part not in known -%}
        {{ exceptions.raise_compiler_error(
            'covey_household_by names "' ~ part ~ '", which is no attribute of a customer. Did you mean "'
            ~ covey.closest_name(part | string, known) ~ '"?'
        ) }}
    {%- endfor -%}
    {%- set texts = [] -%}
    {%- for part in parts -%}
        {%- do texts.append('lower(cast(' ~ part ~ ' as ' ~ dbt.type_string() ~ '))') -%}
    {%- endfor -%}
    {{ texts | join('\n        || chr(31) || ') or 'cast(null as ' ~ dbt.type_string() ~ ')' }}
{%- endmacro %}
