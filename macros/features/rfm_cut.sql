{#- A cut point of covey_rfm, over the rows of all customers: the highest value of the score `bin`. -#}
{% macro rfm_cut(measure, bin, rfm) -%}
    {%- if rfm.scoring == 'fixed' -%}
        cast({{ rfm[measure ~ '_cuts'][bin - 1] }} as {{ covey.type_double() }})
    {%- else -%}
        {{ covey.quantile_cont(measure, bin / rfm.bins) }} + {{ rfm.cut_offset }}
    {%- endif -%}
{%- endmacro %}
