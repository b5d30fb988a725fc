{#- The value of the attribute that `attribute` names, of a row of `relation`, as text. -#}
{% macro attribute_text(attribute, relation) -%}
    case {{ attribute }}
            {%- for name in covey.customer_attributes() %}
            when '{{ name }}' then cast({{ relation }}.{{ name }} as {{ dbt.type_string() }})
            {%- endfor %}
        end
{%- endmacro %}
