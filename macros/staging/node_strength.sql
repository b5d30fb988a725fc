{#- How surely an identifier of a kind is one person's: the order in which a conflict is solved. -#}
{% macro node_strength(node) -%}
    case {{ covey.node_part(node, 'id_type') }}
                when 'customer_id' then 6
                when 'user_id' then 6
                when 'loyalty_number' then 5
                when 'email' then 4
                when 'phone' then 3
                else 2
            end
{%- endmacro %}
