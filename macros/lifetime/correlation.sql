{#- Pearson's correlation of two expressions, from exact sums: the same whatever the order of the rows.
    Null where one of them is constant. -#}
{% macro correlation(one, other) -%}
    (
            count(*) * {{ covey.exact_sum('(' ~ one ~ ') * (' ~ other ~ ')') }}
            - {{ covey.exact_sum(one) }} * {{ covey.exact_sum(other) }}
        )
        / nullif(
            sqrt(greatest(
                count(*) * {{ covey.exact_sum('(' ~ one ~ ') * (' ~ one ~ ')') }}
                - {{ covey.exact_sum(one) }} * {{ covey.exact_sum(one) }},
                0
            ))
            * sqrt(greatest(
                count(*) * {{ covey.exact_sum('(' ~ other ~ ') * (' ~ other ~ ')') }}
                - {{ covey.exact_sum(other) }} * {{ covey.exact_sum(other) }},
                0
            )),
            0
        )
{%- endmacro %}
