{#- The score of a measure, 1 (worst) to bins (best), from the CTEs `orders` and `population` of
    ftr_customer_rfm. It depends on the value and not on the row, so equal values always score the
    same, which ntile does not promise.
    midrank: 1 + floor(bins * p), p the share of customers who are worse, and half of those who are
    equal (the ridit of the value). quantile, fixed: 1 + the number of cut points below the value;
    with cut_offset a value that reaches the cut counts too, as in the R package rfm. -#}
{% macro rfm_score(measure, rfm) -%}
    {%- set value = 'orders.' ~ measure -%}
    {%- if rfm.scoring == 'midrank' -%}
        1 + cast(floor(
            {{ rfm.bins }} * cast(
                2 * (rank() over (
                    order by {{ value }} {{ 'desc' if measure == 'recency' else 'asc' }}
                ) - 1)
                + count(*) over (partition by {{ value }}) as {{ covey.type_double() }}
            ) / (2 * population.customer_count)
        ) as {{ dbt.type_int() }})
    {%- else -%}
        {{ rfm.bins ~ ' - (' if measure == 'recency' else '1 + (' }}
            {%- for bin in range(1, rfm.bins) %}
            {{ '+ ' if not loop.first }}case when {{ value }} {{ '>=' if rfm.cut_offset else '>' }} population.{{ measure }}_cut_{{ bin }} then 1 else 0 end
            {%- endfor %}
        )
    {%- endif -%}
{%- endmacro %}
