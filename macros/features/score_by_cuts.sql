{#- 1 + the number of cut points that lie below a value. A score depends on the value alone, so
    equal values always score the same, which ntile does not promise. With covey_rfm_cut_offset a
    value that reaches the cut counts too, as in the R package rfm. -#}
{% macro score_by_cuts(value, cut_prefix, bins) -%}
    {%- set operator = '>=' if var('covey_rfm_cut_offset') else '>' -%}
    1
        {%- for bin in range(1, bins) %}
        + case when {{ value }} {{ operator }} {{ cut_prefix }}{{ bin }} then 1 else 0 end
        {%- endfor %}
{%- endmacro %}
